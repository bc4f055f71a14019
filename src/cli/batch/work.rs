//! The same work on many files, in parallel, with results in the order of the files.

use super::flags::Flags;
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
    let threads = flags.threads(files.len());
    let (order, next) = (order(files.len(), threads), AtomicUsize::new(0));
    let (sender, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads {
            let (sender, order, next, work) = (sender.clone(), &order, &next, &work);
            let mut context = context.worker();
            scope.spawn(move || {
                while let Some(&number) = order.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(&files[number], &mut context);
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

/// The order in which files are begun: as far apart as can be. Neighbours are mostly of one directory, which takes one
/// writer at a time, and waiting for the disk is most of the work.
fn order(files: usize, threads: usize) -> Vec<usize> {
    let share = files.div_ceil(threads.max(1));
    let order = (0..share).flat_map(|at| (0..threads).map(move |thread| thread * share + at));
    order.filter(|&number| number < files).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_begun_once_and_neighbours_apart() {
        assert_eq!(order(7, 3), [0, 3, 6, 1, 4, 2, 5]);
        assert_eq!(order(2, 5), [0, 1]);
        assert!(order(0, 1).is_empty());
    }
}
