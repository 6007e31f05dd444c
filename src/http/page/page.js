// SPDX-License-Identifier: Apache-2.0
"use strict";

const WORDS = {
  en: {
    skip: "Skip to the figures", language: "Language", chain: "Chain", height: "Height",
    perMinute: "Blocks in the last minute", transactions: "Transactions seen here", newest: "Newest block",
    root: "State root", elevators: "Elevators", elevator: "Elevator", capacity: "Capacity, t",
    stock: "In its bins, t", live: "Live receipts, t", receipts: "Receipts", receipt: "Receipt", state: "State",
    tonnes: "Tonnes", made: "Receipts made so far", latest: "The newest", ago: "s ago", pledged: "encumbered", blocked: "blocked", pools: "Pools and tokens", pool: "Pool",
    grade: "Grain", locked: "Locked in pools, t", tokens: "Tokens, t", blocks: "Blocks", time: "Time",
    members: "Transactions", refused: "Operations refused", none: "None yet", connected: "Live",
    lost: "Connection lost; trying again", ofCapacity: "of capacity", grainClass: "class",
    ACTIVE: "Active", REDEMPTION_PENDING: "Redemption pending", TOKENISED: "Tokenised", SPLIT: "Split",
    MERGED: "Merged", REDEEMED: "Redeemed", WHEAT: "Wheat", BARLEY: "Barley", RYE: "Rye", OATS: "Oats",
    TRITICALE: "Triticale", PEAS: "Peas", CHICKPEAS: "Chickpeas", LENTILS: "Lentils", FLAX: "Flax",
    RAPESEED: "Rapeseed", SUNFLOWER: "Sunflower", proof: "Proof", download: "Download",
    check: "A proof is checked without this node:",
  },
  ru: {
    skip: "К показателям", language: "Язык", chain: "Цепочка", height: "Высота",
    perMinute: "Блоков за последнюю минуту", transactions: "Транзакций на этой странице",
    newest: "Последний блок", root: "Корень состояния", elevators: "Элеваторы", elevator: "Элеватор",
    capacity: "Ёмкость, т", stock: "На хранении, т", live: "Живые расписки, т", receipts: "Расписки",
    receipt: "Расписка", state: "Состояние", tonnes: "Тонн", made: "Выпущено расписок", latest: "Самые новые",
    ago: "с назад", pledged: "обременена", blocked: "заблокирована", pools: "Пулы и токены", pool: "Пул", grade: "Зерно",
    locked: "Заблокировано в пулах, т", tokens: "Токены, т",
    blocks: "Блоки", time: "Время", members: "Транзакций", refused: "Операций отклонено", none: "Пока нет",
    connected: "На связи", lost: "Связь потеряна; пробуем снова", ofCapacity: "ёмкости", grainClass: "класс",
    ACTIVE: "Действует", REDEMPTION_PENDING: "Ожидает погашения", TOKENISED: "В токенах", SPLIT: "Разделена",
    MERGED: "Объединена", REDEEMED: "Погашена", WHEAT: "Пшеница", BARLEY: "Ячмень", RYE: "Рожь", OATS: "Овёс",
    TRITICALE: "Тритикале", PEAS: "Горох", CHICKPEAS: "Нут", LENTILS: "Чечевица", FLAX: "Лён",
    RAPESEED: "Рапс", SUNFLOWER: "Подсолнечник", proof: "Доказательство", download: "Скачать",
    check: "Доказательство проверяется без этого узла:",
  },
  kk: {
    skip: "Көрсеткіштерге өту", language: "Тіл", chain: "Тізбек", height: "Биіктік",
    perMinute: "Соңғы минуттағы блоктар", transactions: "Осы беттегі транзакциялар",
    newest: "Соңғы блок", root: "Күй түбірі", elevators: "Элеваторлар", elevator: "Элеватор",
    capacity: "Сыйымдылығы, т", stock: "Сақтауда, т", live: "Жарамды қолхаттар, т", receipts: "Қолхаттар",
    receipt: "Қолхат", state: "Күйі", tonnes: "Тонна", made: "Шығарылған қолхаттар", latest: "Ең жаңалары",
    ago: "с бұрын", pledged: "ауыртпалығы бар", blocked: "бұғатталған", pools: "Пулдар мен токендер", pool: "Пул", grade: "Астық",
    locked: "Пулдарда бұғатталған, т", tokens: "Токендер, т",
    blocks: "Блоктар", time: "Уақыты", members: "Транзакция саны", refused: "Қабылданбаған операция",
    none: "Әзірге жоқ", connected: "Байланыс бар", lost: "Байланыс үзілді; қайта қосылуда",
    ofCapacity: "сыйымдылықтан", grainClass: "сынып",
    ACTIVE: "Жарамды", REDEMPTION_PENDING: "Өтеу күтілуде", TOKENISED: "Токенде", SPLIT: "Бөлінген",
    MERGED: "Біріктірілген", REDEEMED: "Өтелген", WHEAT: "Бидай", BARLEY: "Арпа", RYE: "Қара бидай", OATS: "Сұлы",
    TRITICALE: "Тритикале", PEAS: "Асбұршақ", CHICKPEAS: "Ноқат", LENTILS: "Жасымық", FLAX: "Зығыр",
    RAPESEED: "Рапс", SUNFLOWER: "Күнбағыс", proof: "Дәлелдеме", download: "Жүктеп алу",
    check: "Дәлелдеме бұл түйінсіз тексеріледі:",
  },
};
const RECEIPTS_SHOWN = 10;
const BLOCKS_SHOWN = 12;
const BLOCKS_KEPT = 4000;
const REFRESH_MS = 1000;
const SILENCE_MS = 3000; // the stream beats every second
const MINUTE_MS = 60000;

const byId = (id) => document.getElementById(id);
let language = "en";
let network = "";
const say = (key) => WORDS[language][key] || WORDS.en[key] || key;

// Chromium's own numbers and dates are wrong in Kazakh, so all three languages are formatted here.
function grouped(digits) {
  return digits.replace(/\B(?=(\d{3})+(?!\d))/g, language === "en" ? "," : "\u00a0");
}
function scaled(whole, unit) {
  const text = whole.toString().padStart(unit + 1, "0");
  return grouped(text.slice(0, -unit)) + (language === "en" ? "." : ",") + text.slice(-unit).slice(0, 3);
}
const tonnesOfKg = (kg) => scaled(BigInt(kg), 3);
const tonnesOfGrams = (grams) => scaled(BigInt(grams), 6);
function clock(timeNs) {
  const time = new Date(Number(BigInt(timeNs) / 1000000n));
  const two = (number) => String(number).padStart(2, "0");
  const day = [two(time.getDate()), two(time.getMonth() + 1), time.getFullYear()].join(".");
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

function cell(text, className, heading) {
  const element = document.createElement(heading ? "th" : "td");
  if (heading) element.scope = "row";
  element.textContent = text;
  if (className) element.className = className;
  return element;
}
function show(id, rows) {
  const body = byId(id);
  const headings = [...body.parentElement.tHead.rows[0].cells].map((heading) => heading.textContent);
  for (const row of rows)
    [...row.cells].forEach((each, column) => { each.dataset.of = headings[column]; });
  if (rows.length === 0) {
    const empty = cell(say("none"));
    empty.colSpan = headings.length;
    rows = [rowOf(empty)];
  }
  body.replaceChildren(...rows);
}
function rowOf(...cells) {
  const row = document.createElement("tr");
  row.append(...cells);
  return row;
}

async function get(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}
async function all(table) {
  const items = [];
  let cursor = "";
  do {
    const answer = await get(`/v1/${table}?limit=200${cursor && `&cursor=${cursor}`}`);
    items.push(...answer.items);
    cursor = answer.next;
  } while (cursor);
  return items;
}
const sum = (items, field) => items.reduce((total, item) => total + BigInt(item[field]), 0n);

function share(kg, capacityKg) {
  const meter = document.createElement("meter");
  const capacity = BigInt(capacityKg);
  const percent = capacity > 0n ? Number((BigInt(kg) * 100n) / capacity) : 0;
  meter.max = 100;
  meter.high = 90;
  meter.optimum = 50;
  meter.value = percent;
  meter.setAttribute("aria-label", `${percent} % ${say("ofCapacity")}`);
  return meter;
}
function named(name, place) {
  const element = cell(name, "", true);
  const small = document.createElement("small");
  small.textContent = place;
  element.append(small);
  return element;
}
function elevatorRow(item) {
  const cells = [named(item.name, item.place), cell(tonnesOfKg(item.technical_capacity_kg), "number")];
  for (const kg of [item.stock_kg, item.live_receipts_kg]) {
    const amount = cell(tonnesOfKg(kg), "number");
    amount.append(share(kg, item.technical_capacity_kg));
    cells.push(amount);
  }
  return rowOf(...cells);
}
function gradeText(grade) {
  if (!grade) return "";
  const grainClass = grade.grain_class ? `, ${say("grainClass")} ${grade.grain_class}` : "";
  return `${say(grade.crop)}${grainClass}, ${grade.crop_year}`;
}
// A plain link: the node makes the file, the browser keeps it.
function proofLink(receipt) {
  const link = document.createElement("a");
  link.href = `/v1/proofs/receipts/${receipt}`;
  link.download = `receipt-${receipt}.proof.json`;
  link.textContent = say("download");
  link.setAttribute("aria-label", `${say("download")}: ${say("proof")}, ${say("receipt")} ${receipt}`);
  const element = cell("");
  element.append(link);
  return element;
}
function receiptRow(item) {
  const state = say(item.state) + (item.encumbered ? `, ${say("pledged")}` : "") +
    (item.blocked_by_act !== "0" ? `, ${say("blocked")}` : "");
  return rowOf(cell(item.receipt, "number", true), cell(gradeText(item.grade)),
    cell(tonnesOfKg(item.kg), "number"), cell(state), proofLink(item.receipt));
}

let refreshing = false;
let stale = true;
async function refresh() {
  if (refreshing || !stale) return;
  refreshing = true;
  stale = false;
  try {
    const [elevators, receipts, pools, supplies] = await Promise.all([
      all("elevators"), get(`/v1/receipts?limit=${RECEIPTS_SHOWN}&order=desc`), all("pools"), all("supplies")]);
    const supplyOf = new Map(supplies.map((item) => [item.asset, item.amount]));
    show("elevators", elevators.map(elevatorRow));
    show("receipts", receipts.items.map(receiptRow));
    // Ids are given in sequence: the newest one tells how many there have been.
    byId("made").textContent = grouped(receipts.items.length > 0 ? receipts.items[0].receipt : "0");
    byId("live").textContent = tonnesOfKg(sum(elevators, "live_receipts_kg"));
    byId("locked").textContent = tonnesOfKg(sum(pools, "locked_kg"));
    const nameOf = new Map(elevators.map((item) => [item.elevator, item.name]));
    show("pools", pools.map((item) => rowOf(
      named(item.pool, nameOf.get(item.elevator)), cell(gradeText(item.grade)), cell(tonnesOfKg(item.locked_kg), "number"),
      cell(tonnesOfGrams(supplyOf.get(item.asset) || "0"), "number"))));
  } catch (error) {
    stale = true;
    say_link("lost");
  } finally {
    refreshing = false;
  }
}

let blocks = []; // newest first
let transactions = 0;
function showBlocks() {
  const newest = blocks[0];
  if (!newest) return;
  byId("height").textContent = grouped(newest.height);
  byId("root").textContent = newest.app_hash;
  byId("newest").textContent = clock(newest.time_ns);
  byId("transactions").textContent = grouped(String(transactions));
  show("blocks", blocks.slice(0, BLOCKS_SHOWN).map((block) => rowOf(
    cell(grouped(block.height), "number", true), cell(clock(block.time_ns)),
    cell(grouped(String(block.transactions)), "number"), cell(grouped(String(block.refused)), "number"))));
  showAges();
}
function showAges() {
  if (blocks.length === 0) return;
  const age = (block) => Date.now() - Number(BigInt(block.time_ns) / 1000000n);
  byId("age").textContent = `${grouped(String(Math.max(0, Math.round(age(blocks[0]) / 1000))))} ${say("ago")}`;
  byId("per-minute").textContent = grouped(String(blocks.filter((block) => age(block) < MINUTE_MS).length));
}
let painting = false;
function takeBlocks(found) {
  const known = new Set(blocks.map((block) => block.height));
  const fresh = found.filter((block) => !known.has(block.height));
  if (fresh.length === 0) return;
  stale = true; // jobs change the state too
  for (const block of fresh) transactions += block.transactions;
  blocks = [...fresh, ...blocks].sort((a, b) => Number(BigInt(b.height) - BigInt(a.height))).slice(0, BLOCKS_KEPT);
  if (painting) return;
  painting = true;
  requestAnimationFrame(() => {
    painting = false;
    showBlocks();
  });
}

function say_link(key) {
  const link = byId("link");
  if (link.textContent !== say(key)) link.textContent = say(key);
  link.classList.toggle("lost", key === "lost");
  link.dataset.key = key;
}
// What the stream does not tell: which network this is, and the blocks made before it was opened.
async function catchUp() {
  const [status, recent] = await Promise.all([get("/v1/status"), get("/v1/blocks?limit=200")]);
  if (network && network !== status.network_id) location.reload();
  network = status.network_id;
  byId("network").textContent = network;
  // A node that was put back to an earlier state has fewer blocks.
  if (blocks.length > 0 && BigInt(blocks[0].height) > BigInt(status.height)) blocks = [];
  takeBlocks(recent.items);
  stale = true;
}
let heard = 0;
function follow() {
  const stream = new EventSource("/v1/events?only=blocks");
  const hear = () => {
    heard = performance.now();
    say_link("connected");
  };
  stream.addEventListener("block", (event) => {
    hear();
    takeBlocks([JSON.parse(event.data)]);
  });
  stream.addEventListener("beat", hear);
  stream.onopen = () => {
    hear();
    catchUp().catch(() => say_link("lost"));
  };
  stream.onerror = () => {
    say_link("lost");
    // An answer other than a stream ends an EventSource for good.
    if (stream.readyState === EventSource.CLOSED) setTimeout(follow, REFRESH_MS);
  };
}
function watch() {
  if (performance.now() - heard > SILENCE_MS) say_link("lost");
  showAges();
  refresh();
}

function speak(chosen) {
  language = WORDS[chosen] ? chosen : "en";
  document.documentElement.lang = language;
  byId("language").value = language;
  for (const element of document.querySelectorAll("[data-say]")) element.textContent = say(element.dataset.say);
  if (byId("link").dataset.key) say_link(byId("link").dataset.key);
  showBlocks();
  stale = true;
  refresh();
}

byId("language").addEventListener("change", (event) => {
  localStorage.setItem("language", event.target.value);
  speak(event.target.value);
});
speak(localStorage.getItem("language") || (navigator.language || "en").slice(0, 2));
follow();
setInterval(watch, REFRESH_MS);
