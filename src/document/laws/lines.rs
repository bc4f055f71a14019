//! The laws for the line formats, dotenv and INI, whose metadata is flat and whose comments may have tails.

use super::parse;
use crate::document::Document;
use crate::document::format::Format;
use crate::document::tree::{Item, Node};
use crate::document::value::Kind;
use std::ops::Range;

/// A replacement: slot number, or `None` for bytes that go away; the bytes; what comes in their place.
type Splice = (Option<usize>, Range<usize>, String);

/// Path, kind and value of every slot in tree order; values as text, since these are no secrets.
pub(in crate::document) fn tree(document: &Document) -> Vec<(String, Kind, String)> {
    document
        .tree_order()
        .map(|number| {
            let slot = &document.slots()[number];
            let value = document.value(slot).text().into_owned();
            (document.paths().keys(slot.path).join("/"), slot.kind, value)
        })
        .collect()
}

/// Applies replacements and says where each landed.
fn splice(text: &str, mut splices: Vec<Splice>) -> (String, Vec<(usize, Range<usize>)>) {
    splices.sort_by_key(|(_, span, _)| (span.start, span.end));
    let (mut out, mut at, mut places) = (String::new(), 0, Vec::new());
    for (slot, span, new) in splices {
        assert!(span.start >= at, "slots overlap in {text:?}");
        out.push_str(&text[at..span.start]);
        places.extend(slot.map(|slot| (slot, out.len()..out.len() + new.len())));
        out.push_str(&new);
        at = span.end;
    }
    out.push_str(&text[at..]);
    (out, places)
}

fn token(number: usize, kind: Kind) -> String {
    let tag = kind.tag().expect("only values with a type are sealed");
    format!("ENC[AES256_GCM,data:{number}+/=,iv:aa==,tag:b=,type:{tag}]")
}

/// The text with a token in place of every value and comment, after checking that each token reads back as the
/// same slot with the token as its span: so what stood there can come back.
pub(in crate::document) fn seal(document: &Document) -> String {
    let mut splices = Vec::new();
    for (number, slot) in document.slots().iter().enumerate() {
        if document.value(slot).is_sealable() {
            let mut out = String::new();
            document.syntax().token(slot, &token(number, slot.kind), &mut out);
            splices.push((Some(number), slot.span.clone(), out));
            splices.extend(slot.tail.iter().map(|tail| (None, tail.clone(), String::new())));
        }
    }
    let (text, places) = splice(document.text(), splices);
    let sealed = parse(document.format(), &text);
    assert_eq!(sealed.slots().len(), document.slots().len(), "{text}");
    for (number, place) in places {
        let (before, after) = (&document.slots()[number], &sealed.slots()[number]);
        assert_eq!(after.span, place, "a token is the span of its slot: {text}");
        assert_eq!(sealed.value(after).text(), token(number, before.kind), "{text}");
        assert_eq!(sealed.paths().keys(after.path), document.paths().keys(before.path), "{text}");
        assert_eq!(sealed.spot(after).style, document.spot(before).style, "{text}");
    }
    text
}

/// The text with every token in its default spelling reads as the same tree.
pub(in crate::document) fn respell(document: &Document) -> String {
    let sealed = parse(document.format(), &seal(document));
    let splices = sealed.slots().iter().zip(document.slots()).enumerate();
    let splices = splices.filter(|(_, (_, slot))| document.value(slot).is_sealable());
    let splices = splices.map(|(number, (token, slot))| {
        let spelling = sealed.syntax().spell(&sealed.spot(token), document.value(slot));
        let spelling = spelling.unwrap_or_else(|fault| panic!("{fault}: {:?}", document.text()));
        assert!(spelling.tail.is_empty());
        (Some(number), token.span.clone(), spelling.head.to_string())
    });
    let (text, _) = splice(sealed.text(), splices.collect());
    assert_eq!(tree(&parse(document.format(), &text)), tree(document), "{text}");
    text
}

/// A metadata tree with the shapes that flat formats have to flatten.
pub(in crate::document) fn metadata() -> Node {
    let entry = |key: &str, node| Item::Entry { key: key.into(), node };
    let recipients = (0..12).map(|number| {
        let recipient = entry("recipient", Node::str(&format!("age1{number}")));
        entry("", Node::Map(vec![entry("enc", Node::str("-----BEGIN\nYWdl\n-----END\n")), recipient]))
    });
    Node::Map(vec![
        entry("age", Node::List(recipients.collect())),
        entry("mac", Node::str("ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]")),
        entry("unencrypted_regex", Node::str("^(a#b;c)$ ")),
    ])
}

/// The text with a metadata block, after checking that the block reads back and can be cut out without trace.
pub(in crate::document) fn add_metadata(document: &Document) -> String {
    let apply = |text: &str, splices| splice(text, splices).0;
    let part = &document.scanned().parts[0];
    let edit = document.syntax().metadata(document.text(), part, &metadata());
    let text = apply(document.text(), vec![(None, edit.span.clone(), edit.text.to_string())]);
    let with = parse(document.format(), &text);
    assert!(with.metadata() == Some(metadata()), "the block reads back: {text}");
    assert_eq!(tree(&with), tree(document), "{text}");
    let blocks = &with.scanned().parts[0].blocks;
    let cut = blocks.iter().map(|block| (None, block.clone(), String::new()));
    let mut without = apply(&text, cut.collect());
    if edit.added_newline {
        let end = if edit.text.starts_with('\r') { 2 } else { 1 };
        without.truncate(without.len() - end);
    }
    assert_eq!(without, document.text(), "the block leaves no trace");
    text
}

/// All laws on one text.
pub(in crate::document) fn check(format: Format, text: &str) {
    let document = parse(format, text);
    let sealed = parse(format, &seal(&document));
    respell(&document);
    add_metadata(&document);
    add_metadata(&sealed);
}
