//! The step tests many times over, on busy cores: a test that depends on how fast the machine is
//! doesn't survive that.

use anyhow::{Result, bail, ensure};
use labs::build;
use labs::outcome::{self, Outcome};
use lexopt::prelude::*;
use manifest::{Course, Lab};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tools::cargo::target;
use tools::progress::Progress;

/// The longest that one run may take, on busy cores.
const LIMIT: Duration = Duration::from_secs(120);

/// After so many failed runs it is known, and more would only cost time.
const ENOUGH: usize = 5;

/// `cargo workshop soak [LAB] [--times N]`: the solution's step tests, 100 times unless said
/// otherwise, while every core has a thread that never rests.
///
/// # Errors
/// A test failed; what it said is printed.
pub fn soak(root: &Path, course: &Course, mut args: lexopt::Parser) -> Result<()> {
    let (mut chosen, mut times) = (Vec::new(), 100);
    while let Some(arg) = args.next()? {
        match arg {
            Long("times") => times = args.value()?.parse()?,
            Value(name) => chosen.push(course.lab(&name.string()?)?),
            _ => return Err(arg.unexpected().into()),
        }
    }
    ensure!(times > 0, "--times must be 1 or more");
    if chosen.is_empty() {
        chosen = course.labs.iter().collect();
    }
    let mut failed = 0;
    for lab in chosen {
        failed += soak_lab(root, lab, times)?;
    }
    ensure!(failed == 0, "{failed} runs failed");
    Ok(())
}

/// How many runs failed.
fn soak_lab(root: &Path, lab: &Lab, times: usize) -> Result<usize> {
    let folder = root.join(lab.solution());
    let built = match build::build_test(&folder, &target(root))? {
        Ok(built) => built,
        Err(build::Failed(errors)) => bail!("{} doesn't compile:\n{errors}", lab.solution()),
    };
    let list = build::run_test(&built.binary, &folder, &["--list", "step_"], LIMIT)?;
    let tests = outcome::list(&list.output);
    let busy = Busy::start();
    let mut progress = Progress::new(times);
    let (mut took, mut failed) = (Vec::new(), 0);
    for number in 1..=times {
        let name = format!("{} run {number}", lab.name());
        progress.doing(&name);
        let run = build::run_test(&built.binary, &folder, &["step_"], LIMIT)?;
        took.push(run.took);
        let outcome = Outcome::parse(&tests, &run.output, run.stopped);
        let problem = (!outcome.failed.is_empty()).then(|| outcome.failures());
        failed += usize::from(problem.is_some());
        progress.done(&name, problem.as_deref());
        if failed == ENOUGH {
            break;
        }
    }
    took.sort();
    let runs = took.len();
    progress.finish(&format!(
        "{}: {} step tests, {runs} runs on {} busy cores, {failed} failed; a run took {:.1} s at \
         the median, {:.1} s at most",
        lab.name(),
        tests.len(),
        busy.threads.len(),
        took[runs / 2].as_secs_f32(),
        took[runs - 1].as_secs_f32(),
    ));
    Ok(failed)
}

/// Keeps all cores busy until it is dropped.
struct Busy {
    stop: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

impl Busy {
    fn start() -> Busy {
        let stop = Arc::new(AtomicBool::new(false));
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = (0..cores).map(|_| {
            let stop = Arc::clone(&stop);
            thread::spawn(move || while !stop.load(Ordering::Relaxed) {})
        });
        Busy { threads: threads.collect(), stop }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        for thread in self.threads.drain(..) {
            // A thread that only spins has nothing to say.
            let _ = thread.join();
        }
    }
}
