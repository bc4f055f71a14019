//! Many blobs from one git: `git cat-file --batch`, asked name by name.

use super::command::git;
use super::{GitError, Repository};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};
use zeroize::Zeroizing;

/// The longest line that git answers with.
const MOST_HEADER: u64 = 4096;

/// A running git that hands out blobs. It ends when this is dropped.
pub struct Objects {
    child: Child,
    ask: Option<ChildStdin>,
    answer: BufReader<ChildStdout>,
}

impl Objects {
    pub fn of(repository: &Repository) -> Result<Objects, GitError> {
        let mut command = git(repository.top());
        command.args(["cat-file", "--batch"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let not_started = |error: &dyn std::fmt::Display| GitError::NotStarted(error.to_string());
        let mut child = command.spawn().map_err(|error| not_started(&error))?;
        let (ask, answer) = (child.stdin.take(), child.stdout.take());
        let answer = answer.ok_or_else(|| not_started(&"it has no output"))?;
        Ok(Objects { child, ask, answer: BufReader::new(answer) })
    }

    /// The blob of a name (`ID`, or `COMMIT:path`); `None` when there is none, or it has more than `limit` bytes.
    pub fn blob(&mut self, name: &str, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, GitError> {
        if name.contains('\n') {
            return Ok(None);
        }
        self.exchange(name, limit)
            .map_err(|error| GitError::Failed { command: "cat-file", message: error.to_string() })
    }

    fn exchange(&mut self, name: &str, limit: usize) -> std::io::Result<Option<Zeroizing<Vec<u8>>>> {
        let broken = || std::io::Error::from(std::io::ErrorKind::BrokenPipe);
        let ask = self.ask.as_mut().ok_or_else(broken)?;
        ask.write_all(name.as_bytes())?;
        ask.write_all(b"\n")?;
        ask.flush()?;
        let mut header = Vec::new();
        (&mut self.answer).take(MOST_HEADER).read_until(b'\n', &mut header)?;
        let header = String::from_utf8_lossy(&header);
        // `ID blob SIZE`, or `NAME missing`.
        let mut words = header.trim_end().rsplit(' ');
        let Some(Ok(size)) = words.next().map(str::parse::<u64>) else {
            return if header.is_empty() { Err(broken()) } else { Ok(None) };
        };
        let is_blob = words.next() == Some("blob");
        if !is_blob || size > limit as u64 {
            std::io::copy(&mut (&mut self.answer).take(size + 1), &mut std::io::sink())?;
            return Ok(None);
        }
        let mut bytes = Zeroizing::new(vec![0; size as usize]);
        self.answer.read_exact(&mut bytes)?;
        self.answer.read_exact(&mut [0])?;
        Ok(Some(bytes))
    }
}

impl Drop for Objects {
    fn drop(&mut self) {
        // git ends with its input.
        self.ask = None;
        let _ = self.child.wait();
    }
}
