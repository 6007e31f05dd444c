// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <boost/json/serialize.hpp>
#include <chrono>

#include "cli/commands.h"
#include "cli/demo_load.h"
#include "cli/fixed_decimal.h"
#include "cli/samples_file.h"
#include "modules/elevators/elevators.h"

namespace astyq::cli {
namespace {

struct SamplesCommand {
  std::string file;
  std::string season = "demo";
  std::uint64_t limit = 0;  // 0: all
};

ImportOptions options_of(const SamplesCommand& command) {
  ImportOptions options;
  if (command.limit != 0) options.most_deliveries = command.limit;
  return options;
}

int import_command(Context& context, const SamplesCommand& command) {
  if (command.season != "demo")
    return fail(context,
                {"usage", "The only season is demo, whose parties `astyq demo load` makes."});
  const auto rows = read_samples_file(command.file);
  if (!rows) return fail(context, rows.fault());
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  const auto season = find_season(**client);
  if (!season) return fail(context, season.fault());
  const auto result =
      import_samples(**client, *season, *rows, options_of(command), progress_bar(context.io));
  if (!result) return fail(context, result.fault());
  context.io.out << (context.settings.json ? boost::json::serialize(to_json(result->summary)) + "\n"
                                           : to_text(result->summary));
  return kExitOk;
}

int demo_command(Context& context, const SamplesCommand& command) {
  const auto rows = read_samples_file(command.file.empty() ? default_samples_path() : command.file);
  if (!rows) return fail(context, rows.fault());
  const auto client = context.client();
  if (!client) return fail(context, client.fault());
  const auto begun = std::chrono::steady_clock::now();
  const auto summary = load_demo(**client, *rows, options_of(command), progress_bar(context.io));
  if (!summary) return fail(context, summary.fault());
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begun);
  context.io.out << (context.settings.json ? boost::json::serialize(to_json(*summary)) + "\n"
                                           : to_text(*summary));
  if (!summary->already_loaded) context.io.err << "loaded in " << took.count() << " ms\n";
  show_hint(context.io, "astyq receipt list; sign as anybody with --as demo:farm-01");
  return kExitOk;
}

struct WeightCommand {
  std::string mass, moisture, basis_moisture, foreign, basis_foreign;
};

std::optional<Bps> percent(const std::string& text) {
  const auto hundredths = parse_hundredths(text);
  return hundredths ? Bps::of(*hundredths) : std::nullopt;
}

int weight_command(Context& context, const WeightCommand& command) {
  const auto kg = parse_whole(command.mass);
  const auto mass = kg ? Kg::of(*kg) : std::nullopt;
  if (!mass)
    return fail(context, {"option_wrong",
                          "--mass-kg '" + command.mass + "' is not a whole number of kilograms."});
  std::array<Bps, 4> values;
  const std::array texts{&command.moisture, &command.basis_moisture, &command.foreign,
                         &command.basis_foreign};
  const std::array names{"--moisture", "--basis-moisture", "--foreign", "--basis-foreign"};
  for (std::size_t i = 0; i < values.size(); ++i) {
    const auto value = percent(*texts[i]);
    if (!value)
      return fail(context, {"option_wrong", std::string(names[i]) + " '" + *texts[i] +
                                                "' is not a percentage from 0 to 100 with at most "
                                                "two decimals, like 14 or 16.25."});
    values[i] = *value;
  }
  const auto credit =
      elevators::credit_weight(*mass, {values[0], values[2]}, {values[1], values[3]});
  if (!credit)
    return fail(context, {"option_wrong", "A basis of 100 % leaves no grain. Give one below 100."});
  if (context.settings.json)
    context.io.out << "{\"credit_kg\":\"" << credit->count() << "\"}\n";
  else
    context.io.out << credit->count() << "\n";
  return kExitOk;
}

void add_credit_weight(Commands& commands) {
  WeightCommand& command = commands.keep<WeightCommand>();
  CLI::App& app =
      commands.add(commands.root(), "credit-weight",
                   "The Duval credit weight in kilograms, as the ledger computes it. Percentages "
                   "have at most two "
                   "decimals.",
                   [&command](Context& context) { return weight_command(context, command); });
  struct Line {
    const char* name;
    std::string& value;
    const char* doc;
  };
  for (const Line& line : {Line{"--mass-kg", command.mass, "net mass, whole kilograms"},
                           Line{"--moisture", command.moisture, "measured, percent"},
                           Line{"--basis-moisture", command.basis_moisture, "percent"},
                           Line{"--foreign", command.foreign, "measured foreign matter, percent"},
                           Line{"--basis-foreign", command.basis_foreign, "percent"}})
    app.add_option(line.name, line.value, line.doc)->required()->type_name("N");
}

}  // namespace

void add_grain_commands(Commands& commands) {
  SamplesCommand& import_options = commands.keep<SamplesCommand>();
  CLI::App& import_noun = commands.noun("import");
  import_noun.description("Data from outside, as transactions.");
  CLI::App& samples = commands.add(
      import_noun, "samples", "Grain samples of a CSV file as truck deliveries to the elevators.",
      [&import_options](Context& context) { return import_command(context, import_options); });
  samples.add_option("file", import_options.file, "the USDA-ARS file, or one of its columns")
      ->required()
      ->type_name("FILE");
  const CLI::Option* season =
      samples.add_option("--season", import_options.season, "whose parties act (demo)");
  commands.option_values()[season] = [] { return std::vector<std::string>{"demo"}; };
  samples.add_option("--limit", import_options.limit, "stop reading after so many deliveries");

  SamplesCommand& demo_options = commands.keep<SamplesCommand>();
  CLI::App& demo = commands.noun("demo");
  demo.description("The demonstration network.");
  CLI::App& load = commands.add(
      demo, "load", "A whole season of Kostanay region into a fresh demonstration network.",
      [&demo_options](Context& context) { return demo_command(context, demo_options); });
  load.add_option("--samples", demo_options.file, "another file of samples")->type_name("FILE");
  load.add_option("--limit", demo_options.limit, "stop reading after so many deliveries");

  add_credit_weight(commands);
}

}  // namespace astyq::cli
