//! Files to merge: a tree with comments that grows, is changed by two sides, and is written as text.

use super::dice::Dice;
use sops_rs::document::format::Format;
use std::collections::HashSet;
use std::fmt::Write;

#[derive(Clone)]
pub enum Tree {
    /// A text without anything that would need to be escaped.
    Text(String),
    Number(usize),
    List(Vec<Tree>),
    Map(Vec<Entry>),
}

#[derive(Clone)]
pub struct Entry {
    pub key: String,
    pub comment: Option<String>,
    pub tree: Tree,
}

/// How the file looks.
#[derive(Clone, Copy)]
pub struct Look {
    pub format: Format,
    pub crlf: bool,
    pub no_last_line_end: bool,
    /// JSON and YAML: all on one line.
    pub one_line: bool,
    /// YAML only.
    pub documents: usize,
}

impl Look {
    pub fn random(format: Format, dice: &mut Dice) -> Look {
        let one_line = matches!(format, Format::Json | Format::Yaml) && dice.one_in(5);
        let many = format == Format::Yaml && !one_line && dice.one_in(5);
        Look {
            format,
            crlf: format != Format::Dotenv && dice.one_in(6),
            no_last_line_end: dice.one_in(6),
            one_line,
            documents: if many { 3 } else { 1 },
        }
    }

    /// How deep maps may be nested.
    fn depth(&self) -> usize {
        match self.format {
            Format::Dotenv => 0,
            Format::Ini => 1,
            _ => 3,
        }
    }

    fn has_lists(&self) -> bool {
        matches!(self.format, Format::Yaml | Format::Json | Format::Toml)
    }
}

/// Makes and changes files. Every key, value and comment that it makes is a new one.
pub struct Maker<'d> {
    pub dice: &'d mut Dice,
    pub look: Look,
    pub made: usize,
}

impl Maker<'_> {
    fn name(&mut self, kind: &str) -> String {
        self.made += 1;
        format!("{kind}{}", self.made)
    }

    fn scalar(&mut self) -> Tree {
        if self.dice.one_in(3) {
            self.made += 1;
            return Tree::Number(1000 + self.made);
        }
        Tree::Text(self.name("some text "))
    }

    fn tree(&mut self, depth: usize) -> Tree {
        match self.dice.below(6) {
            0 | 1 if depth > 0 => self.map(depth),
            2 if self.look.has_lists() => {
                let length = 2 + self.dice.below(4);
                Tree::List((0..length).map(|_| self.scalar()).collect())
            }
            _ => self.scalar(),
        }
    }

    fn entry(&mut self, depth: usize) -> Entry {
        let comment = (self.dice.one_in(4) && !self.look.one_line).then(|| self.name("about "));
        Entry { key: self.name("key"), comment, tree: self.tree(depth) }
    }

    pub fn map(&mut self, depth: usize) -> Tree {
        let length = 2 + self.dice.below(4);
        Tree::Map((0..length).map(|_| self.entry(depth.saturating_sub(1))).collect())
    }

    /// A new file: one map per document; in INI, all values are in sections.
    pub fn file(&mut self) -> Vec<Tree> {
        (0..self.look.documents)
            .map(|_| {
                let depth = self.look.depth();
                let length = 3 + self.dice.below(5);
                let entry = |maker: &mut Self| match maker.look.format {
                    Format::Ini => Entry { tree: maker.map(0), ..maker.entry(0) },
                    _ => maker.entry(depth),
                };
                Tree::Map((0..length).map(|_| entry(self)).collect())
            })
            .collect()
    }

    /// What one side makes of a file. A list is changed in one way per side only.
    pub fn changed(&mut self, file: &[Tree], side: usize) -> Vec<Tree> {
        let mut file = file.to_vec();
        let mut lists = HashSet::new();
        for _ in 0..1 + self.dice.below(4) {
            let document = self.dice.below(file.len());
            let depth = self.look.depth();
            self.change(&mut file[document], depth, true, side, &mut lists);
        }
        file
    }

    fn change(
        &mut self,
        tree: &mut Tree,
        depth: usize,
        is_root: bool,
        side: usize,
        lists: &mut HashSet<String>,
    ) {
        let Tree::Map(entries) = tree else { return };
        let keeps_sections = is_root && self.look.format == Format::Ini;
        let below = depth.saturating_sub(1);
        if entries.len() < 2 || self.dice.one_in(5) {
            let entry = match keeps_sections {
                true => Entry { tree: self.map(0), ..self.entry(0) },
                false => self.entry(below),
            };
            let place = self.dice.below(entries.len() + 1);
            entries.insert(place, entry);
            return;
        }
        let place = self.dice.below(entries.len());
        if self.dice.one_in(6) {
            entries.remove(place);
            return;
        }
        let entry = &mut entries[place];
        // Comments of one key are changed by one side only.
        let mine = entry.key.bytes().map(usize::from).sum::<usize>() % 2 == side;
        if mine && !self.look.one_line && self.dice.one_in(5) {
            entry.comment = Some(self.name("now about "));
            return;
        }
        match &mut entry.tree {
            map @ Tree::Map(_) if keeps_sections || !self.dice.one_in(8) => {
                self.change(map, below, false, side, lists);
            }
            Tree::List(elements) => {
                if !lists.insert(entry.key.clone()) {
                    return;
                }
                let place = self.dice.below(elements.len());
                match self.dice.below(4) {
                    0 => {
                        elements.remove(place);
                    }
                    1 => elements.push(self.scalar()),
                    _ => elements[place] = self.scalar(),
                }
            }
            tree => *tree = self.scalar(),
        }
    }
}

/// The file as text.
pub fn text(file: &[Tree], look: Look) -> String {
    let mut out = String::new();
    for (number, tree) in file.iter().enumerate() {
        if number > 0 {
            out.push_str("---\n");
        }
        match look.format {
            Format::Json if look.one_line => out.push_str(&inline(tree, ",", ":")),
            Format::Yaml if look.one_line => out.push_str(&inline(tree, ", ", ": ")),
            Format::Json => json(tree, 0, &mut out),
            Format::Yaml => yaml(tree, 0, &mut out),
            _ => table(tree, &[], look.format, &mut out),
        }
        if !out.ends_with('\n') {
            out.push('\n');
        }
    }
    if look.no_last_line_end {
        out.pop();
    }
    if look.crlf { out.replace('\n', "\r\n") } else { out }
}

fn inline(tree: &Tree, comma: &str, colon: &str) -> String {
    let all = |trees: Vec<String>| trees.join(comma);
    match tree {
        Tree::Text(text) => format!("\"{text}\""),
        Tree::Number(number) => number.to_string(),
        Tree::List(elements) => {
            format!("[{}]", all(elements.iter().map(|tree| inline(tree, comma, colon)).collect()))
        }
        Tree::Map(entries) => {
            let one =
                |entry: &Entry| format!("\"{}\"{colon}{}", entry.key, inline(&entry.tree, comma, colon));
            format!("{{{}}}", all(entries.iter().map(one).collect()))
        }
    }
}

fn json(tree: &Tree, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth + 1);
    let (ends, items): (_, Vec<(String, &Tree)>) = match tree {
        Tree::List(elements) => (['[', ']'], elements.iter().map(|tree| (String::new(), tree)).collect()),
        Tree::Map(entries) => {
            (['{', '}'], entries.iter().map(|entry| (format!("\"{}\": ", entry.key), &entry.tree)).collect())
        }
        scalar => return out.push_str(&inline(scalar, "", "")),
    };
    out.push(ends[0]);
    for (number, (key, tree)) in items.iter().enumerate() {
        let comma = if number > 0 { "," } else { "" };
        let _ = write!(out, "{comma}\n{pad}{key}");
        json(tree, depth + 1, out);
    }
    if !items.is_empty() {
        let _ = write!(out, "\n{}", "  ".repeat(depth));
    }
    out.push(ends[1]);
}

fn yaml(tree: &Tree, depth: usize, out: &mut String) {
    let pad = "  ".repeat(depth);
    match tree {
        Tree::Map(entries) => {
            for Entry { key, comment, tree } in entries {
                if let Some(comment) = comment {
                    let _ = writeln!(out, "{pad}# {comment}");
                }
                match tree {
                    Tree::Map(inner) if !inner.is_empty() => {
                        let _ = writeln!(out, "{pad}{key}:");
                        yaml(tree, depth + 1, out);
                    }
                    Tree::List(elements) if !elements.is_empty() => {
                        let _ = writeln!(out, "{pad}{key}:");
                        for element in elements {
                            let _ = writeln!(out, "{pad}  - {}", inline(element, ", ", ": "));
                        }
                    }
                    other => {
                        let _ = writeln!(out, "{pad}{key}: {}", inline(other, ", ", ": "));
                    }
                }
            }
        }
        other => out.push_str(&inline(other, ", ", ": ")),
    }
}

/// TOML, INI and dotenv: values first, then a header for each map.
fn table(tree: &Tree, path: &[&str], format: Format, out: &mut String) {
    let Tree::Map(entries) = tree else { return };
    let is_table = |entry: &&Entry| matches!(entry.tree, Tree::Map(_));
    let comment = |entry: &Entry, out: &mut String| {
        if let Some(comment) = &entry.comment {
            let _ = writeln!(out, "# {comment}");
        }
    };
    for entry in entries.iter().filter(|entry| !is_table(entry)) {
        comment(entry, out);
        let value = match (&entry.tree, format) {
            (Tree::Text(text), Format::Dotenv | Format::Ini) => text.clone(),
            (tree, _) => inline(tree, ", ", " = "),
        };
        let equals = if format == Format::Dotenv { "=" } else { " = " };
        let _ = writeln!(out, "{}{equals}{value}", entry.key);
    }
    for entry in entries.iter().filter(is_table) {
        out.push('\n');
        comment(entry, out);
        let path = [path, &[&entry.key]].concat();
        let _ = writeln!(out, "[{}]", path.join("."));
        table(&entry.tree, &path, format, out);
    }
}
