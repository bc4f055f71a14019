//! The same work on many files, in parallel, with results in the order of the files.

use super::Flags;
use crate::cli::context::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;

/// From how many files on there is a bar.
const WORTH_A_BAR: usize = 4;

/// How far the work is, on standard error when that is a terminal.
pub struct Bar(ProgressBar);

impl Bar {
    fn new(files: usize) -> Bar {
        let shown = io::stderr().is_terminal() && files >= WORTH_A_BAR;
        let target = if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(files as u64), target);
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len}");
        Bar(bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar())))
    }

    /// Prints something while the bar is not there.
    pub fn pause<T>(&self, print: impl FnOnce() -> T) -> T {
        self.0.suspend(print)
    }
}

/// Calls `work` for every file on several threads, and `done` on this one, in the order of the files and with the
/// lines that were said meanwhile.
pub fn each<'f, F: Sync, T: Send>(
    files: &'f [F],
    flags: &Flags,
    context: &Context,
    work: impl Fn(&F, &mut Context) -> T + Sync,
    mut done: impl FnMut(&'f F, T, Vec<String>, &Bar),
) {
    let bar = Bar::new(files.len());
    let next = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..flags.threads(files.len()) {
            let (sender, next, work) = (sender.clone(), &next, &work);
            let mut context = context.worker();
            scope.spawn(move || {
                while let Some((number, file)) = take(files, next) {
                    let result = work(file, &mut context);
                    // Nobody listens any more only when this program is about to end.
                    let _ = sender.send((number, result, context.kept()));
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut printed = 0;
        for (number, result, said) in results {
            bar.0.inc(1);
            waiting.insert(number, (result, said));
            while let Some((result, said)) = waiting.remove(&printed) {
                done(&files[printed], result, said, &bar);
                printed += 1;
            }
        }
    });
    bar.0.finish_and_clear();
}

fn take<'a, F>(files: &'a [F], next: &AtomicUsize) -> Option<(usize, &'a F)> {
    let number = next.fetch_add(1, Ordering::Relaxed);
    files.get(number).map(|file| (number, file))
}
