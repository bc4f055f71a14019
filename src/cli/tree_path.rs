//! Tree paths on the command line: `["a"]["b"][0]`, and `a.b[0]` (spec, cli 3).

use crate::document::step::Step;

/// Reads a path; the error says what is wrong with it.
pub fn parse(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (step, after) = bracket(inside)?;
            steps.push(step);
            rest = after;
        } else {
            let word = rest.strip_prefix('.').filter(|_| !steps.is_empty()).unwrap_or(rest);
            let end = word.find(['.', '[']).unwrap_or(word.len());
            if end == 0 {
                return Err(format!("there is a key missing in the path {text:?}"));
            }
            steps.push(Step::Key(word[..end].to_owned()));
            rest = &word[end..];
        }
    }
    Ok(steps)
}

/// What stands between the brackets, and the text behind them.
fn bracket(inside: &str) -> Result<(Step, &str), String> {
    for quote in ['"', '\''] {
        if let Some(key) = inside.strip_prefix(quote) {
            let close = format!("{quote}]");
            let (key, after) =
                key.split_once(&close).ok_or_else(|| format!("the path lacks a closing {close}"))?;
            return Ok((Step::Key(key.to_owned()), after));
        }
    }
    let (number, after) = inside.split_once(']').ok_or("the path lacks a closing ]")?;
    match number.parse() {
        Ok(index) => Ok((Step::Index(index), after)),
        Err(_) => Err(format!("[{number}] is no position in a list; write keys in quotes: [\"{number}\"]")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Step {
        Step::Key(text.into())
    }

    #[test]
    fn both_spellings_of_a_path_are_read() {
        let steps = vec![key("a"), key("b c"), Step::Index(0)];
        assert_eq!(parse(r#"["a"]['b c'][0]"#), Ok(steps));
        assert_eq!(parse("a.b[2].c"), Ok(vec![key("a"), key("b"), Step::Index(2), key("c")]));
        assert_eq!(parse(""), Ok(vec![]));
        assert_eq!(parse(r#"["a[0].b"]"#), Ok(vec![key("a[0].b")]));
    }

    #[test]
    fn a_malformed_path_is_an_error() {
        for bad in ["[]", "[\"]", "[\"a\"", "[-1]", "[a]", ".a", "a..b", "a."] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
