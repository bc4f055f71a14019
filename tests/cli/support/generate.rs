//! Random files, the same in every run: trees in many spellings, with comments in every place.

use super::format::Format;
use std::fmt::Write;

/// A source of choices (SplitMix64), so that a file is known by its number.
pub struct Choice(u64);

impl Choice {
    pub fn new(seed: u64) -> Choice {
        Choice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }

    pub fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn chance(&mut self, one_in: usize) -> bool {
        self.below(one_in) == 0
    }
}

/// The `n`th file of a format; sops takes every one of them.
pub fn file(format: Format, n: u64) -> String {
    let mut choice = Choice::new(n + 1);
    let mut text = String::new();
    match format {
        Format::Yaml => yaml(&mut choice, &mut text),
        Format::Json => json_map(&mut choice, &mut text, 0),
        Format::Toml => toml(&mut choice, &mut text),
        Format::Dotenv => dotenv(&mut choice, &mut text),
        Format::Ini => ini(&mut choice, &mut text),
        Format::Binary => text.extend((0..choice.below(200)).map(|_| char::from(choice.below(128) as u8))),
    }
    if choice.chance(6) {
        text = text.trim_end_matches('\n').to_owned();
    }
    if choice.chance(6) && format != Format::Dotenv {
        text = text.replace('\n', "\r\n");
    }
    text
}

const PLAIN: &[&str] = &[
    "word",
    "two words",
    "42",
    "-7",
    "0x1F",
    "0o17",
    "1_000",
    "1.50",
    "2.0",
    "1e3",
    ".5",
    "true",
    "False",
    "null",
    "~",
    "yes",
    "2024-01-02",
    "2024-01-02T03:04:05Z",
    "12:30:45",
    "schöne Grüße",
    "a:b",
    "x#y",
    "-x",
    "http://a.example/?b=c",
    "9223372036854775807",
    "08",
    ".inf",
    "1.2.3",
];
const QUOTED: &[&str] = &[
    "'single'",
    "'it''s'",
    "''",
    "\"double\"",
    "\"tab\\t \\u00e9 \\x41\"",
    "\"\"",
    "\" lead\"",
    "\"a # b\"",
    "'- a'",
];
const COMMENTS: &[&str] = &["# comment", "#no blank", "#", "##  two", "# ünï", "# key: value", "# 'quote"];

fn yaml(choice: &mut Choice, text: &mut String) {
    for document in 0..1 + choice.below(2) {
        if document > 0 || choice.chance(4) {
            text.push_str("---\n");
        }
        let depth = 1 + choice.below(3);
        yaml_map(choice, text, 0, depth);
    }
}

fn comment(choice: &mut Choice, text: &mut String, indent: usize) {
    while choice.chance(5) {
        let line = choice.one(COMMENTS);
        let _ = writeln!(text, "{:indent$}{line}", "");
    }
    if choice.chance(8) {
        text.push('\n');
    }
}

fn yaml_map(choice: &mut Choice, text: &mut String, indent: usize, depth: usize) {
    for n in 0..1 + choice.below(4) {
        comment(choice, text, indent);
        let key =
            choice.one(&["key", "\"quoted key\"", "'single'", "two words", "ключ", "a_unencrypted", "a.b"]);
        let key = match key.strip_suffix(['"', '\'']) {
            Some(open) => format!("{open}{n}{}", &key[open.len()..]),
            None => format!("{n}{key}x"),
        };
        let _ = write!(text, "{:indent$}{key}:", "");
        yaml_value(choice, text, indent, depth);
    }
    comment(choice, text, indent);
}

/// What stands behind a `key:` or a `-`, with its line feed.
fn yaml_value(choice: &mut Choice, text: &mut String, indent: usize, depth: usize) {
    let step = 2 + 2 * choice.below(2);
    let trailing = |choice: &mut Choice| {
        if choice.chance(5) { format!(" {}", choice.one(COMMENTS)) } else { String::new() }
    };
    match choice.below(if depth == 0 { 5 } else { 7 }) {
        0 | 1 => {
            let _ = writeln!(text, " {}{}", choice.one(PLAIN), trailing(choice));
        }
        2 => {
            let _ = writeln!(text, " {}{}", choice.one(QUOTED), trailing(choice));
        }
        3 => {
            let header = choice.one(&["|", "|-", "|+", ">", ">-", ">+"]);
            let _ = writeln!(text, " {header}");
            for _ in 0..1 + choice.below(3) {
                let line = choice.one(&["text", "more text # no comment", "  deeper", "a: b", "- c"]);
                // The first line sets the indentation, so it must not be a deeper one.
                let line = if text.ends_with(&format!(" {header}\n")) { line.trim_start() } else { line };
                let _ = writeln!(text, "{:1$}{line}", "", indent + step);
                if choice.chance(4) {
                    text.push('\n');
                }
            }
        }
        4 => {
            let _ = writeln!(text, " {}{}", flow(choice, 2), trailing(choice));
        }
        5 => {
            text.push_str(&trailing(choice));
            text.push('\n');
            yaml_map(choice, text, indent + step, depth - 1);
        }
        _ => {
            text.push_str(&trailing(choice));
            text.push('\n');
            for _ in 0..1 + choice.below(4) {
                comment(choice, text, indent + step);
                let _ = write!(text, "{:1$}-", "", indent + step);
                yaml_value(choice, text, indent + step, 0);
            }
        }
    }
}

fn flow(choice: &mut Choice, depth: usize) -> String {
    let leaf =
        |choice: &mut Choice| choice.one(&["x", "1", "2.50", "'q, r'", "\"s\"", "true", "null"]).to_owned();
    let values: Vec<String> = (0..choice.below(4))
        .map(|_| if depth > 0 && choice.chance(3) { flow(choice, depth - 1) } else { leaf(choice) })
        .collect();
    let gap = choice.one(&[", ", ",", " , "]);
    if choice.chance(2) {
        format!("[{}]", values.join(gap))
    } else {
        let pairs: Vec<String> =
            values.iter().enumerate().map(|(n, value)| format!("k{n}: {value}")).collect();
        format!("{{{}}}", pairs.join(gap))
    }
}

fn json_map(choice: &mut Choice, text: &mut String, depth: usize) {
    let blank = |choice: &mut Choice| choice.one(&["", " ", "\n", "\n  ", "\t"]);
    text.push('{');
    for n in 0..choice.below(6) + usize::from(depth == 0) {
        if n > 0 {
            text.push(',');
        }
        let (before, between) = (blank(choice), blank(choice));
        let name = choice.one(&["key", "two words", "\\u00e9", "é", "a:b", "a_unencrypted"]);
        let _ = write!(text, "{before}\"{n}{name}\"{between}:{}", blank(choice));
        json_value(choice, text, depth);
        text.push_str(blank(choice));
    }
    text.push('}');
    if depth == 0 {
        text.push('\n');
    }
}

fn json_value(choice: &mut Choice, text: &mut String, depth: usize) {
    match choice.below(if depth < 3 { 6 } else { 4 }) {
        0 => text.push_str(choice.one(&[
            "0",
            "-7",
            "42",
            "1.0",
            "2.50",
            "-1.5e-10",
            "1E3",
            "123456789012345678",
        ])),
        1 => text.push_str(choice.one(&["true", "false", "null"])),
        2 | 3 => text.push_str(choice.one(&[
            "\"\"",
            "\"text\"",
            "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"",
            "\"\\u0041\\ud83d\\ude00\"",
            "\"<é&>\"",
            "\" \"",
        ])),
        4 => json_map(choice, text, depth + 1),
        _ => {
            text.push('[');
            for n in 0..choice.below(4) {
                if n > 0 {
                    text.push_str(choice.one(&[",", ", ", ",\n"]));
                }
                json_value(choice, text, depth + 1);
            }
            text.push(']');
        }
    }
}

fn toml_value(choice: &mut Choice, depth: usize) -> String {
    match choice.below(if depth == 0 { 4 } else { 6 }) {
        0 => choice.one(&["1", "-7", "0xFF", "1_000", "1.50", "1e3", "inf", "-0.0"]).to_owned(),
        1 => {
            choice.one(&["true", "false", "2024-01-02", "2024-01-02T03:04:05.5+01:00", "07:32:00"]).to_owned()
        }
        2 | 3 => choice
            .one(&[
                "\"basic \\u00e9\\t\"",
                "'literal \\'",
                "\"\"\"\nmulti\\\n  line\"\"\"",
                "'''\nraw\n'''",
                "\"\"",
                "'a # b'",
            ])
            .to_owned(),
        4 => {
            let values: Vec<String> = (0..choice.below(4)).map(|_| toml_value(choice, depth - 1)).collect();
            format!("[{}]", values.join(choice.one(&[", ", ",\n  ", ", # note\n  "])))
        }
        _ => {
            let pairs: Vec<String> =
                (0..choice.below(3)).map(|n| format!("k{n} = {}", toml_value(choice, 0))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
    }
}

fn toml(choice: &mut Choice, text: &mut String) {
    for table in 0..1 + choice.below(4) {
        if table > 0 {
            let header = choice.one(&["[table#]", "[ \"a b\" . t# ]", "[[list]]", "[x.y#]"]);
            let _ = writeln!(text, "{}", header.replace('#', &table.to_string()));
        }
        for n in 0..choice.below(4) {
            comment(choice, text, 0);
            let key = choice.one(&["key#", "\"quoted #\"", "'single #'", "dotted#.key", "a_unencrypted#"]);
            let value = toml_value(choice, 2);
            let _ = write!(text, "{} = {value}", key.replace('#', &n.to_string()));
            text.push_str(choice.one(&["\n", "\n", " # behind\n", "\n\n"]));
        }
        comment(choice, text, 0);
    }
}

fn dotenv(choice: &mut Choice, text: &mut String) {
    for n in 0..1 + choice.below(8) {
        comment(choice, text, 0);
        let key = choice.one(&["KEY", "export KEY", " key ", "K.E-Y", "a_unencrypted"]);
        let value =
            choice.one(&["", "value", "\"quoted\"", "'single'", "a=b", "x # y", " blank ", "a\\nb", "ü"]);
        let _ = writeln!(text, "{key}{n}={value}");
    }
}

fn ini(choice: &mut Choice, text: &mut String) {
    for section in 0..choice.below(4) {
        if section > 0 || choice.chance(2) {
            let _ = writeln!(text, "[section {section}]");
        }
        for n in 0..choice.below(5) {
            if choice.chance(4) {
                // sops crashes on a comment whose first line is empty.
                let _ = writeln!(
                    text,
                    "{}",
                    choice.one(&["; comment", "# comment", ";no blank", "  ; indented"])
                );
            }
            let sign = choice.one(&["=", " = ", ": ", " :"]);
            let value = choice.one(&[
                "",
                "value",
                "two words",
                "\"quoted\"",
                "'single'",
                "it's",
                "a ; note",
                "a#b",
                "`raw # text`",
                "\"\"\"a\nb\"\"\"",
                "a \\\n  b",
                "1.50",
                "%(x)s",
            ]);
            let _ = writeln!(text, "key{n}{sign}{value}");
            if choice.chance(6) {
                text.push('\n');
            }
        }
    }
}
