//! For GitHub Actions: workflow commands, which become annotations of the lines of a pull request.

use super::message;
use crate::check::Level;
use crate::cli::guard::Report;

/// `::error file=F,line=L,col=C,title=ID::MESSAGE`
pub fn print(report: &Report) -> String {
    let lines = report.found.iter().map(|located| {
        let finding = &located.finding;
        let command = match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Note => "notice",
        };
        let place = finding.place.map(|place| format!(",line={},col={}", place.line, place.column));
        format!(
            "::{command} file={}{},title={}::{}\n",
            property(&located.file.path.to_string_lossy()),
            place.unwrap_or_default(),
            finding.kind.id(),
            data(&message(located)),
        )
    });
    lines.collect()
}

/// A text behind `::`, in which a line end would be the end of the command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which ends at a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_ends_its_command() {
        assert_eq!(property("a,b:c\n::error::d%"), "a%2Cb%3Ac%0A%3A%3Aerror%3A%3Ad%25");
        assert_eq!(data("50%\r\n::error::x"), "50%25%0D%0A::error::x");
    }
}
