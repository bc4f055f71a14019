//! The laws that every format keeps, as checks for the formats' own tests.

pub(super) mod edits;
pub(super) mod lines;

use super::Document;
use super::format::Format;
use super::slot::{Slot, Style};
use super::syntax::Limits;
use super::tree::{Item, Node};
use super::value::{Kind, Value};
use zeroize::Zeroizing;

const TOKEN: &str = "ENC[AES256_GCM,data:AAAA,iv:AA==,tag:AA==,type:str]";

pub(super) fn parse(format: Format, text: &str) -> Document {
    match Document::from_text(Zeroizing::new(text.to_owned()), format, &Limits::default()) {
        Ok(document) => document,
        Err(error) => panic!("{error} {:?}\n{text}", error.place),
    }
}

/// Path, kind and canonical bytes of every slot.
pub(super) fn slots(document: &Document) -> Vec<(String, Kind, Vec<u8>)> {
    let one =
        |slot: &Slot| (document.paths().display(slot.path), slot.kind, document.value(slot).bytes.to_owned());
    document.slots().iter().map(one).collect()
}

/// The text with each slot's span replaced by what `with` says, where it says something.
pub(super) fn respell(document: &Document, mut with: impl FnMut(&Slot) -> Option<String>) -> String {
    let mut out = String::new();
    let mut at = 0;
    for slot in document.slots() {
        if let Some(text) = with(slot) {
            out.push_str(&document.text()[at..slot.span.start]);
            out.push_str(&text);
            at = slot.span.end;
        }
    }
    out + &document.text()[at..]
}

fn sealable(document: &Document, slot: &Slot) -> bool {
    document.value(slot).is_sealable()
}

/// The default spelling of every value reads back as the same value.
fn spellings_read_back(document: &Document) {
    let spelled = respell(document, |slot| {
        let wanted = sealable(document, slot) || slot.kind == Kind::Null;
        wanted.then(|| {
            let spelling = document.syntax().spell(&document.spot(slot), document.value(slot));
            let spelling = spelling.unwrap_or_else(|error| panic!("{error}\n{}", document.text()));
            assert!(spelling.tail.is_empty(), "formats with tails have tests of their own");
            spelling.head.to_string()
        })
    });
    assert_eq!(
        slots(&parse(document.format(), &spelled)),
        slots(document),
        "{}\n->\n{spelled}",
        document.text()
    );
}

/// Tokens stand where the values stood, under the same paths, and give way to the spellings without a trace.
fn tokens_come_and_go(document: &Document) {
    let sealed_text = respell(document, |slot| {
        sealable(document, slot).then(|| {
            let mut out = String::new();
            document.syntax().token(slot, TOKEN, &mut out);
            out
        })
    });
    let sealed = parse(document.format(), &sealed_text);
    let wanted: Vec<_> = document
        .slots()
        .iter()
        .zip(slots(document))
        .map(|(slot, (path, kind, bytes))| match kind {
            _ if !sealable(document, slot) => (path, kind, bytes),
            Kind::Comment => (path, kind, TOKEN.into()),
            _ => (path, Kind::Str, TOKEN.into()),
        })
        .collect();
    assert_eq!(slots(&sealed), wanted, "{}\n->\n{sealed_text}", document.text());
    let order = |document: &Document| document.tree_order().collect::<Vec<_>>();
    assert_eq!(order(&sealed), order(document), "{}\n->\n{sealed_text}", document.text());
    for (slot, before) in sealed.slots().iter().zip(document.slots()) {
        if sealable(document, before) {
            assert_eq!(slot.style, document.syntax().token_style(before), "{sealed_text}");
        }
    }
    let mut before = document.slots().iter();
    let opened =
        respell(&sealed, |_| before.next().map(|slot| document.text()[slot.span.clone()].to_owned()));
    assert_eq!(opened, document.text());
}

/// A metadata block comes and goes without a trace, and is read as it was written.
fn metadata_comes_and_goes(document: &Document) {
    let part = &document.scanned().parts[0];
    let edit = document.syntax().metadata(document.text(), part, &metadata());
    let mut text = document.text().to_owned();
    text.replace_range(edit.span.clone(), &edit.text);
    let with = parse(document.format(), &text);
    assert!(with.metadata().map(sorted) == Some(sorted(metadata())), "{text}");
    assert_eq!(slots(&with), slots(document), "{text}");
    let blocks = &with.scanned().parts[0].blocks;
    let mut without = String::new();
    let mut at = 0;
    for block in blocks {
        without.push_str(&text[at..block.start]);
        at = block.end;
    }
    without.push_str(&text[at..]);
    let line_end = if edit.added_newline { document.newline() } else { "" };
    assert_eq!(without, document.text().to_owned() + line_end, "{text}");
    // A block in place of the old one goes where the first went.
    let gone: usize = blocks
        .iter()
        .map(|block| block.end.min(with.scanned().parts[0].insert).saturating_sub(block.start))
        .sum();
    assert_eq!(with.scanned().parts[0].insert - gone, part.insert + line_end.len(), "{text}");
    assert_eq!(with.scanned().parts[0].fit, part.fit, "{text}");
}

/// A block as real ones are: texts over lines, quotes, empty lists, lists of maps, nested lists, numbers.
fn metadata() -> Node {
    let map = |entries: Vec<(&str, Node)>| {
        Node::Map(entries.into_iter().map(|(key, node)| Item::Entry { key: key.into(), node }).collect())
    };
    let list = |nodes: Vec<Node>| {
        Node::List(nodes.into_iter().map(|node| Item::Entry { key: String::new(), node }).collect())
    };
    let age = |to: &str| {
        map(vec![("enc", Node::str("-----BEGIN-----\nab+/=\n-----END-----\n")), ("recipient", Node::str(to))])
    };
    map(vec![
        ("age", list(vec![age("age1one"), age("age1two")])),
        ("hc_vault", list(vec![])),
        ("key_groups", list(vec![map(vec![("age", list(vec![age("age1x")])), ("hc_vault", list(vec![]))])])),
        ("lastmodified", Node::str("2026-11-22T00:46:58Z")),
        ("mac", Node::str(TOKEN)),
        ("mac_only_encrypted", Node::Scalar(Value::new(Kind::Bool, "True"))),
        ("shamir_threshold", Node::Scalar(Value::new(Kind::Int, "2"))),
        (
            "context",
            map(vec![("a \"quoted\" key", Node::str("back\\slash ''' \"\"\" <&>\t\u{7f}\u{1}\r\né"))]),
        ),
    ])
}

/// The same with the entries of all maps sorted: TOML can't keep every order.
fn sorted(node: Node) -> Node {
    let all = |items: Vec<Item>| {
        items.into_iter().map(|item| match item {
            Item::Entry { key, node } => Item::Entry { key, node: sorted(node) },
            comment => comment,
        })
    };
    match node {
        Node::Map(items) => {
            let mut items: Vec<Item> = all(items).collect();
            items.sort_by_key(|item| match item {
                Item::Entry { key, .. } => key.clone(),
                Item::Comment { .. } => String::new(),
            });
            Node::Map(items)
        }
        Node::List(items) => Node::List(all(items).collect()),
        scalar => scalar,
    }
}

/// Spans ascend, lie on characters, and the tree order is an order of all slots.
fn spans_and_order_are_sound(document: &Document) {
    let mut end = 0;
    for slot in document.slots() {
        assert!(slot.span.start >= end, "spans overlap at {}\n{}", slot.span.start, document.text());
        end = slot.span.end;
        assert!(document.text().get(slot.span.clone()).is_some());
        let inline = matches!(slot.style, Style::Comment | Style::InlineComment);
        assert_eq!(inline, slot.is_comment());
    }
    let mut order: Vec<usize> = document.tree_order().collect();
    order.sort_unstable();
    assert!(order.into_iter().eq(0..document.slots().len()), "{}", document.text());
}

pub(super) fn hold(format: Format, text: &str) {
    let document = parse(format, text);
    spans_and_order_are_sound(&document);
    spellings_read_back(&document);
    if !document.has_metadata() {
        tokens_come_and_go(&document);
        metadata_comes_and_goes(&document);
    }
}
