// SPDX-License-Identifier: Apache-2.0
#include "cli/sample.h"

#include <gtest/gtest.h>

#include "cli/import.h"
#include "support/vectors.h"

namespace astyq::cli {
namespace {

constexpr const char* kFile = "data/grain/usda_ars_cook_farm_grain_samples_1999_2016.csv";

TableRow row_with(const std::map<std::string, std::string, std::less<>>& cells) {
  TableRow row{2,
               {{"HarvestYear", "2013"},
                {"ID2", "7"},
                {"Crop", "SW"},
                {"GrainMoisture", "9.1"},
                {"GrainProtein", "12.5"},
                {"GrainTestWeight", "60.3"}}};
  for (const auto& [name, value] : cells) row.cells[name] = value;
  return row;
}

TEST(SampleTable, reads_quotes_commas_and_line_ends) {
  const auto rows = read_table(
      "\xef\xbb\xbf"
      "a,b\r\n\"x, \"\"y\"\"\nz\",1\r\n\n2,\n");
  ASSERT_TRUE(rows.ok()) << rows.fault().text;
  ASSERT_EQ(rows->size(), 2u);
  EXPECT_EQ((*rows)[0].cell("a"), "x, \"y\"\nz");
  EXPECT_EQ((*rows)[0].number, 2u);
  EXPECT_EQ((*rows)[1].cell("a"), "2");
  EXPECT_EQ((*rows)[1].number, 5u);
  EXPECT_EQ((*rows)[1].cell("none"), "");
  const auto ragged = read_table("a,b\n1\n1,2\n");
  ASSERT_TRUE(ragged.ok());
  EXPECT_EQ((*ragged)[0].broken, "it has 1 cells, the header 2");
  EXPECT_TRUE(std::holds_alternative<Impossible>(read_sample((*ragged)[0], 1)));
  EXPECT_EQ((*ragged)[1].broken, "");
  for (const char* wrong : {"", "a,a\n1,2\n", "a\n\"1\n", "a\n\xff\n"})
    EXPECT_FALSE(read_table(wrong).ok()) << wrong;
}

TEST(Sample, test_weight_has_two_units_in_one_column) {
  EXPECT_EQ(read_test_weight(7740, 2011)->g_per_l, 774u);  // kg/hl by its year
  EXPECT_EQ(read_test_weight(6030, 2013)->g_per_l, 776u);  // lb/bu by its year
  EXPECT_EQ(read_test_weight(6860, 2011)->g_per_l, 686u);  // fits both: the year decides
  EXPECT_EQ(read_test_weight(6900, 2016)->g_per_l, 888u);
  EXPECT_EQ(read_test_weight(7740, 2014)->g_per_l, 774u);  // cannot be lb/bu: 996 g/l
  EXPECT_TRUE(read_test_weight(5880, 2011)->was_lb_per_bu);
  EXPECT_FALSE(read_test_weight(41200, 2013).has_value());
  EXPECT_FALSE(read_test_weight(1000, 2013).has_value());
}

TEST(Sample, class_follows_protein_and_test_weight) {
  using enum elevators::v1::Crop;
  EXPECT_EQ(class_of(WHEAT, 1450, 750), 1u);
  EXPECT_EQ(class_of(WHEAT, 1449, 750), 2u);
  EXPECT_EQ(class_of(WHEAT, 1450, 749), 3u);
  EXPECT_EQ(class_of(WHEAT, 1000, 710), 4u);
  EXPECT_EQ(class_of(WHEAT, 999, 800), 5u);
  EXPECT_EQ(class_of(WHEAT, 0, 800), 5u);
  EXPECT_EQ(class_of(BARLEY, 0, 630), 1u);
  EXPECT_EQ(class_of(BARLEY, 0, 629), 2u);
  EXPECT_EQ(class_of(RAPESEED, 0, 0), 0u);
}

TEST(Sample, a_row_tells_its_measurements_and_what_was_made) {
  const auto outcome = read_sample(row_with({{"GrainMoisture", "16.25"}}), 1);
  ASSERT_TRUE(std::holds_alternative<Sample>(outcome));
  const Sample& sample = std::get<Sample>(outcome);
  EXPECT_EQ(sample.moisture_bps, 1625u);
  EXPECT_EQ(sample.protein_bps, 1250u);
  EXPECT_EQ(sample.test_weight_g_per_l, 776u);
  EXPECT_EQ(sample.grain_class, 3u);
  EXPECT_EQ(sample.code.size(), 16u);
  EXPECT_EQ(sample.generated, kGeneratedMass | kGeneratedForeignMatter);
  EXPECT_GT(sample.gross_kg, sample.tare_kg);
  const auto dirty = read_sample(row_with({{"GrainForeignMatter", "3.4"}}), 1);
  EXPECT_EQ(std::get<Sample>(dirty).foreign_matter_bps, 340u);
  EXPECT_EQ(std::get<Sample>(dirty).generated & kGeneratedForeignMatter, 0u);
}

TEST(Sample, the_same_harvest_of_a_point_is_the_same_delivery) {
  const auto sample = [](const TableRow& row, std::uint64_t seed) {
    return std::get<Sample>(read_sample(row, seed));
  };
  const Sample first = sample(row_with({}), 1);
  TableRow moved = row_with({});
  moved.number = 99;
  EXPECT_EQ(sample(moved, 1).code, first.code);
  EXPECT_EQ(sample(moved, 1).gross_kg, first.gross_kg);
  EXPECT_EQ(sample(row_with({}), 2).code, first.code);
  EXPECT_NE(sample(row_with({}), 2).gross_kg, first.gross_kg);
  EXPECT_EQ(sample(row_with({{"GrainProtein", "12.6"}}), 1).code, first.code);
  EXPECT_EQ(sample(row_with({{"Comments", "saved anew"}}), 1).code, first.code);
  EXPECT_NE(sample(row_with({{"ID2", "8"}}), 1).code, first.code);
  EXPECT_NE(sample(row_with({{"HarvestYear", "2015"}}), 1).code, first.code);
}

TEST(Sample, what_cannot_be_is_refused) {
  using Cells = std::map<std::string, std::string, std::less<>>;
  for (const Cells& cells : {Cells{{"GrainMoisture", "0.99"}}, Cells{{"GrainMoisture", "45.01"}},
                             Cells{{"GrainMoisture", "-1"}}, Cells{{"GrainMoisture", "nan"}},
                             Cells{{"GrainProtein", "2.9"}}, Cells{{"GrainProtein", "51"}},
                             Cells{{"GrainTestWeight", "20"}}, Cells{{"GrainForeignMatter", "26"}},
                             Cells{{"HarvestYear", "1998"}}, Cells{{"HarvestYear", ""}},
                             Cells{{"ID2", "0"}}, Cells{{"Crop", ""}}})
    EXPECT_TRUE(std::holds_alternative<Impossible>(read_sample(row_with(cells), 1)))
        << cells.begin()->first << "=" << cells.begin()->second;
  EXPECT_TRUE(
      std::holds_alternative<NotMeasured>(read_sample(row_with({{"GrainMoisture", ""}}), 1)));
  EXPECT_TRUE(std::holds_alternative<UnknownCrop>(read_sample(row_with({{"Crop", "AL"}}), 1)));
}

// The real file, whole: every row is accounted for and every measured value is the file's own,
// unless it is marked as made.
TEST(Sample, real_file_is_read_whole_and_its_values_stay) {
  const auto rows = read_table(test::read_text(kFile));
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->size(), 6642u);
  const ReadSamples read = read_samples(*rows, {});
  EXPECT_EQ(read.samples.size(), 1368u);
  EXPECT_EQ(read.summary.unknown_crops.at("AL"), 6u);
  EXPECT_EQ(read.summary.not_measured, 6642u - 1368u - 6u);
  EXPECT_TRUE(read.summary.refused.empty());
  std::uint64_t wet = 0;
  for (const Sample& sample : read.samples) {
    const TableRow& row = (*rows)[sample.row - 2];
    const bool made = (sample.generated & kGeneratedMoisture) != 0;
    wet += made ? 1 : 0;
    EXPECT_EQ(made, sample.moisture_bps > 1400) << sample.row;
    const std::string moisture(row.cell("GrainMoisture"));
    const std::size_t point = moisture.find('.');
    if (!made) {
      EXPECT_EQ(std::to_string(sample.moisture_bps / 100), moisture.substr(0, point));
    }
    if (sample.test_weight_g_per_l != 0) {
      EXPECT_EQ(sample.test_weight_was_lb_per_bu, sample.crop_year >= 2013) << sample.row;
    }
  }
  EXPECT_GT(wet, 60u);
  EXPECT_LT(wet, 180u);
}

}  // namespace
}  // namespace astyq::cli
