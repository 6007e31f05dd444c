// SPDX-License-Identifier: Apache-2.0
"use strict";

const WORDS = {
  en: {
    skip: "Skip to the figures", language: "Language", chain: "Chain", height: "Height",
    perMinute: "Blocks in the last minute", transactions: "Transactions seen here", newest: "Newest block",
    root: "State root", elevators: "Elevators", elevator: "Elevator", capacity: "Capacity, t",
    stock: "In its bins, t", live: "Live receipts, t", receipts: "Receipts", state: "State", count: "Receipts",
    tonnes: "Tonnes", partial: "Only the newest receipts are counted.", pools: "Pools and tokens", pool: "Pool",
    grade: "Grain", locked: "Locked, t", tokens: "Tokens, t", blocks: "Blocks", time: "Time",
    members: "Transactions", refused: "Operations refused", none: "None yet", connected: "Live",
    lost: "Connection lost; trying again", ofCapacity: "of capacity", grainClass: "class",
    ACTIVE: "Active", REDEMPTION_PENDING: "Redemption pending", TOKENISED: "Tokenised", SPLIT: "Split",
    MERGED: "Merged", REDEEMED: "Redeemed", WHEAT: "Wheat", BARLEY: "Barley", RYE: "Rye", OATS: "Oats",
    TRITICALE: "Triticale", PEAS: "Peas", CHICKPEAS: "Chickpeas", LENTILS: "Lentils", FLAX: "Flax",
    RAPESEED: "Rapeseed", SUNFLOWER: "Sunflower",
  },
  ru: {
    skip: "К показателям", language: "Язык", chain: "Цепочка", height: "Высота",
    perMinute: "Блоков за последнюю минуту", transactions: "Транзакций на этой странице",
    newest: "Последний блок", root: "Корень состояния", elevators: "Элеваторы", elevator: "Элеватор",
    capacity: "Ёмкость, т", stock: "На хранении, т", live: "Живые расписки, т", receipts: "Расписки",
    state: "Состояние", count: "Расписок", tonnes: "Тонн", partial: "Учтены только последние расписки.",
    pools: "Пулы и токены", pool: "Пул", grade: "Зерно", locked: "Заблокировано, т", tokens: "Токены, т",
    blocks: "Блоки", time: "Время", members: "Транзакций", refused: "Операций отклонено", none: "Пока нет",
    connected: "На связи", lost: "Связь потеряна; пробуем снова", ofCapacity: "ёмкости", grainClass: "класс",
    ACTIVE: "Действует", REDEMPTION_PENDING: "Ожидает погашения", TOKENISED: "В токенах", SPLIT: "Разделена",
    MERGED: "Объединена", REDEEMED: "Погашена", WHEAT: "Пшеница", BARLEY: "Ячмень", RYE: "Рожь", OATS: "Овёс",
    TRITICALE: "Тритикале", PEAS: "Горох", CHICKPEAS: "Нут", LENTILS: "Чечевица", FLAX: "Лён",
    RAPESEED: "Рапс", SUNFLOWER: "Подсолнечник",
  },
  kk: {
    skip: "Көрсеткіштерге өту", language: "Тіл", chain: "Тізбек", height: "Биіктік",
    perMinute: "Соңғы минуттағы блоктар", transactions: "Осы беттегі транзакциялар",
    newest: "Соңғы блок", root: "Күй түбірі", elevators: "Элеваторлар", elevator: "Элеватор",
    capacity: "Сыйымдылығы, т", stock: "Сақтауда, т", live: "Жарамды қолхаттар, т", receipts: "Қолхаттар",
    state: "Күйі", count: "Қолхат саны", tonnes: "Тонна", partial: "Тек соңғы қолхаттар есептелген.",
    pools: "Пулдар мен токендер", pool: "Пул", grade: "Астық", locked: "Бұғатталған, т", tokens: "Токендер, т",
    blocks: "Блоктар", time: "Уақыты", members: "Транзакция саны", refused: "Қабылданбаған операция",
    none: "Әзірге жоқ", connected: "Байланыс бар", lost: "Байланыс үзілді; қайта қосылуда",
    ofCapacity: "сыйымдылықтан", grainClass: "сынып",
    ACTIVE: "Жарамды", REDEMPTION_PENDING: "Өтеу күтілуде", TOKENISED: "Токенде", SPLIT: "Бөлінген",
    MERGED: "Біріктірілген", REDEEMED: "Өтелген", WHEAT: "Бидай", BARLEY: "Арпа", RYE: "Қара бидай", OATS: "Сұлы",
    TRITICALE: "Тритикале", PEAS: "Асбұршақ", CHICKPEAS: "Ноқат", LENTILS: "Жасымық", FLAX: "Зығыр",
    RAPESEED: "Рапс", SUNFLOWER: "Күнбағыс",
  },
};
const MOST_RECEIPT_PAGES = 10;
const BLOCKS_SHOWN = 12;
const REFRESH_MS = 1000;

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
  const fraction = text.slice(-unit).slice(0, 3).replace(/0+$/, "");
  return grouped(text.slice(0, -unit)) + (fraction ? (language === "en" ? "." : ",") + fraction : "");
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
function show(id, rows, columns) {
  const body = byId(id);
  if (rows.length === 0) {
    const row = document.createElement("tr");
    const empty = cell(say("none"));
    empty.colSpan = columns;
    row.append(empty);
    rows = [row];
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
async function all(table, mostPages, order) {
  const items = [];
  let cursor = "";
  for (let page = 0; page < mostPages; ++page) {
    const answer = await get(`/v1/${table}?limit=200&order=${order || "asc"}${cursor ? `&cursor=${cursor}` : ""}`);
    items.push(...answer.items);
    cursor = answer.next;
    if (!cursor) return { items, whole: true };
  }
  return { items, whole: false };
}

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
function elevatorRow(item) {
  const name = cell(item.name, "", true);
  const place = document.createElement("small");
  place.textContent = item.place;
  name.append(place);
  const cells = [name, cell(tonnesOfKg(item.technical_capacity_kg), "number")];
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
function showReceipts(found) {
  const states = new Map();
  for (const item of found.items) {
    const sum = states.get(item.state) || { count: 0, kg: 0n };
    sum.count += 1;
    sum.kg += BigInt(item.kg);
    states.set(item.state, sum);
  }
  const rows = [...states].map(([state, sum]) => rowOf(
    cell(say(state), "", true), cell(grouped(String(sum.count)), "number"), cell(tonnesOfKg(sum.kg), "number")));
  show("receipts", rows, 3);
  byId("partial").hidden = found.whole;
}

let refreshing = false;
let stale = true;
async function refresh() {
  if (refreshing || !stale) return;
  refreshing = true;
  stale = false;
  try {
    const [elevators, receipts, pools, supplies] = await Promise.all([
      all("elevators", 10), all("receipts", MOST_RECEIPT_PAGES, "desc"), all("pools", 10), all("supplies", 10)]);
    const supplyOf = new Map(supplies.items.map((item) => [item.asset, item.amount]));
    show("elevators", elevators.items.map(elevatorRow), 4);
    showReceipts(receipts);
    show("pools", pools.items.map((item) => rowOf(
      cell(item.pool, "", true), cell(gradeText(item.grade)), cell(tonnesOfKg(item.locked_kg), "number"),
      cell(tonnesOfGrams(supplyOf.get(item.asset) || "0"), "number"))), 4);
  } catch (error) {
    stale = true;
  } finally {
    refreshing = false;
  }
}

const blocks = [];
let transactions = 0;
function showBlocks() {
  const newest = blocks[0];
  if (!newest) return;
  byId("height").textContent = grouped(newest.height);
  byId("root").textContent = newest.app_hash;
  byId("newest").textContent = clock(newest.time_ns);
  byId("transactions").textContent = grouped(String(transactions));
  const since = BigInt(newest.time_ns) - 60000000000n;
  byId("per-minute").textContent = grouped(String(blocks.filter((block) => BigInt(block.time_ns) > since).length));
  show("blocks", blocks.slice(0, BLOCKS_SHOWN).map((block) => rowOf(
    cell(grouped(block.height), "number", true), cell(clock(block.time_ns)),
    cell(grouped(String(block.transactions)), "number"), cell(grouped(String(block.refused)), "number"))), 4);
}
let painting = false;
function takeBlock(block) {
  blocks.unshift(block);
  if (blocks.length > 4000) blocks.pop();
  transactions += block.transactions;
  if (block.transactions > 0) stale = true;
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
function follow() {
  const stream = new EventSource("/v1/events?only=blocks");
  stream.addEventListener("block", (event) => takeBlock(JSON.parse(event.data)));
  stream.onopen = () => {
    stale = true;
    say_link("connected");
  };
  stream.onerror = () => say_link("lost");
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

async function begin() {
  byId("language").addEventListener("change", (event) => speak(event.target.value));
  try {
    const status = await get("/v1/status");
    network = status.network_id;
    byId("network").textContent = network;
    const recent = await get("/v1/blocks?limit=200");
    for (const block of recent.items.reverse()) takeBlock(block);
  } catch (error) {
    say_link("lost");
  }
  speak((navigator.language || "en").slice(0, 2));
  follow();
  setInterval(refresh, REFRESH_MS);
}
begin();
