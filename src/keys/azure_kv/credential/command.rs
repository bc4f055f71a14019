//! A program that prints a token: found in PATH, run without a shell, with a limit on time and text.

use crate::keys::env::Env;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use zeroize::Zeroizing;

/// The Azure CLI needs a second or two, and more on a machine that has other things to do.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long the rest of what an ended program said is waited for: one that it left behind may hold the pipe open.
const REST: Duration = Duration::from_millis(200);
const LARGEST: usize = 64 * 1024;

/// How a program ended.
pub(super) enum Ended {
    Well {
        printed: Zeroizing<Vec<u8>>,
    },
    Failed {
        said: String,
    },
    /// It had to be stopped.
    Late,
}

/// The file of a program in the folders of PATH, of which those that depend on the working directory don't count.
pub(super) fn find(env: &Env, program: &str) -> Option<PathBuf> {
    let (separator, endings): (_, &[_]) = if cfg!(windows) { (';', &[".cmd", ".exe"]) } else { (':', &[""]) };
    let path = env.text("PATH")?;
    let folders = path.split(separator).map(Path::new).filter(|folder| folder.is_absolute());
    let mut files = folders
        .flat_map(|folder| endings.iter().map(move |ending| folder.join(format!("{program}{ending}"))));
    files.find(|file| file.is_file())
}

pub(super) fn run(program: &Path, arguments: &[&str]) -> io::Result<Ended> {
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let printed = child.stdout.take().map(Pipe::drain);
    let said = child.stderr.take().map(Pipe::drain);
    let end = Instant::now() + PATIENCE;
    let status: Option<ExitStatus> = loop {
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) if Instant::now() < end => std::thread::sleep(Duration::from_millis(10)),
            // That it may be gone by now is no harm.
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                break None;
            }
        }
    };
    let rest = |pipe: Option<Pipe>| pipe.map(Pipe::text).unwrap_or_default();
    Ok(match status {
        None => Ended::Late,
        Some(status) if status.success() => Ended::Well { printed: rest(printed) },
        Some(_) => Ended::Failed { said: String::from_utf8_lossy(&rest(said)).into_owned() },
    })
}

/// What comes out of a pipe, read by a thread of its own.
struct Pipe {
    text: Arc<Mutex<Zeroizing<Vec<u8>>>>,
    reader: JoinHandle<()>,
}

impl Pipe {
    fn drain(mut source: impl Read + Send + 'static) -> Pipe {
        // Never outgrown, so that no copy is left behind.
        let text = Arc::new(Mutex::new(Zeroizing::new(Vec::with_capacity(LARGEST))));
        let kept = Arc::clone(&text);
        let reader = std::thread::spawn(move || {
            let mut part = Zeroizing::new([0; 4096]);
            while let Ok(more @ 1..) = source.read(part.as_mut_slice()) {
                let mut text = kept.lock().unwrap_or_else(PoisonError::into_inner);
                if text.len() + more > LARGEST {
                    return;
                }
                text.extend_from_slice(&part[..more]);
            }
        });
        Pipe { text, reader }
    }

    fn text(self) -> Zeroizing<Vec<u8>> {
        let end = Instant::now() + REST;
        while !self.reader.is_finished() && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::mem::take(&mut *self.text.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
