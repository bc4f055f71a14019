#[derive(Clone)]
pub struct Pattern {
    source: String,
    regex: regex::Regex,
}
#[derive(Debug, Clone, thiserror::Error)]
#[error("bad pattern")]
pub struct PatternError;
impl Pattern {
    pub fn new(s: &str) -> Result<Pattern, PatternError> {
        Ok(Pattern { source: s.into(), regex: regex::Regex::new(s).map_err(|_| PatternError)? })
    }
    pub fn never(s: &str) -> Pattern {
        Pattern { source: s.into(), regex: regex::Regex::new("[^\\s\\S]").unwrap() }
    }
    pub fn is_match(&self, t: &str) -> bool {
        self.regex.is_match(t)
    }
    pub fn as_str(&self) -> &str {
        &self.source
    }
}
impl PartialEq for Pattern {
    fn eq(&self, o: &Pattern) -> bool {
        self.source == o.source
    }
}
impl Eq for Pattern {}
