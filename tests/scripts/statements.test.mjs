import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { inRoot } from "../../scripts/lib/paths.mjs";
import { arrange, statementsOf } from "../../scripts/lib/statements.mjs";

const STATEMENTS = [
  'import module from"./a.wasm";',
  'var table="a;b}c",other=/[}"`;]/g,made=()=>{let a=1;return a};',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the text has a template
  "function one(){for(let a=0;a<2;a++)if(a)return`}${`;${a}`}`;return/[/}]/.test('}')}",
  "async function two(){await import('./b.js')}",
  "var long=`;;}}\\`;`;",
  "function*three(){yield 1}",
  "var Kept=class{#a=1;method(){return this.#a}};",
  "async function*four(){}",
  "one();",
  "export{one,two as second};",
];

test("a module is divided into its statements", () => {
  assert.deepEqual(statementsOf(STATEMENTS.join("")), STATEMENTS);
  assert.deepEqual(statementsOf(" \n"), []);
});

test("a statement without an end is told, and nothing is evaluated", () => {
  assert.throws(() => statementsOf('throw Error("never");function a(){'), /a statement has no end: function a\(\)\{/);
  assert.throws(() => statementsOf("if(a)b;else c;"), /a statement has no end: else c;/);
});

test("functions come first, one text last, and the rest stays in its order", async () => {
  const imported = STATEMENTS.slice(0, 1);
  const functions = STATEMENTS.filter((statement) => /^(?:async )?function\b/.test(statement));
  const others = ["var table", "var Kept", "one()", "var long", "export"];
  const arranged = statementsOf(await arrange(STATEMENTS.join(""), "long"));
  assert.deepEqual(arranged.slice(0, 1), imported);
  assert.deepEqual(arranged.slice(1, 5).sort(), functions.sort());
  assert.deepEqual(
    arranged.slice(5),
    others.map((beginning) => STATEMENTS.find((statement) => statement.startsWith(beginning))),
  );
  await assert.rejects(arrange("var a=1;", "long"), /0 statements begin with "var long="/);
});

test("twins come together, which is smaller, does the same, and is arranged in the same way again", async () => {
  const [first, second] = [0, 1].map((twin) => Array.from({ length: 400 }, (_, pair) => functionOf(twin, pair)));
  const calls = Array.from({ length: 400 }, (_, pair) => `f0x${pair}()+f1x${pair}()`);
  const text = `export{result};${first?.join("")}${second?.join("")}var result=${calls.join("+")};`;
  const arranged = await arrange(text);
  assert.equal(await arrange(text), arranged);
  assert.ok(gzipSync(arranged).length < 0.8 * gzipSync(text).length);
  assert.equal(await resultOf(arranged), await resultOf(text));
});

for (const file of ["client.js", "client.workerd.js", "issuer.js", "issuer.workerd.js"]) {
  test(`${file} has the same statements as without the arrangement`, async () => {
    const text = readFileSync(inRoot(`pkg/dist/${file}`), "utf8");
    const statements = statementsOf(text);
    assert.equal(statements.join(""), text.trim());
    // In another order, which an arrangement does not know.
    const turned = await arrange([...statements].reverse().join(""));
    assert.deepEqual(statementsOf(turned).sort(), statements.sort());
    assert.equal(new Set(statements).size, statements.length);
  });
}

/**
 * A function that returns a number, and is there twice but for a digit.
 *
 * @param {number} twin
 * @param {number} pair
 */
function functionOf(twin, pair) {
  let number = pair + 1;
  const numbers = Array.from({ length: 30 }, () => {
    number = (Math.imul(number, 1_103_515_245) + 12_345) >>> 0;
    return number;
  });
  return `function f${twin}x${pair}(){return ${twin}+[${numbers.join(",")}][${pair % 30}]%1000}`;
}

/** @param {string} module */
async function resultOf(module) {
  const { result } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  return result;
}
