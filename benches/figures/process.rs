//! Child processes: started, measured by the kernel's own accounting, stopped.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// What Linux counts processor time in, on every common build.
const TICKS_PER_SECOND: f64 = 100.0;

/// A running server and the address it printed.
pub(crate) struct Server {
    child: Child,
    pub(crate) port: u16,
    /// Everything that it said when it was ready.
    pub(crate) ready: serde_json::Value,
}

impl Server {
    /// The released binary, in memory or on a file, on a free port.
    pub(crate) fn poolpass(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_poolpass"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--ready-json", "--log", "error"]).args(arguments);
        Self::start(command)
    }

    /// This benchmark in one of its bare roles.
    pub(crate) fn bare(role: &str) -> Self {
        let mut command = Command::new(std::env::current_exe().expect("the benchmark knows its own path"));
        command.arg(role);
        Self::start(command)
    }

    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().expect("the server starts");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        output.read_line(&mut line).expect("it prints a ready line");
        let ready: serde_json::Value = serde_json::from_str(&line).unwrap_or_else(|error| fail(&line, &error));
        let port = ready.get("port").and_then(serde_json::Value::as_u64).and_then(|port| u16::try_from(port).ok());
        Self { child, port: port.expect("the ready line has the port"), ready }
    }

    /// User and system time of the whole process so far, in seconds.
    pub(crate) fn cpu(&self) -> f64 {
        cpu_of(self.child.id())
    }

    /// Waits until it does nothing. The reserve of keys waits two seconds before it fills: idle is when a longer time
    /// passes without work.
    pub(crate) fn settle(&self) {
        let mut before = self.cpu();
        loop {
            std::thread::sleep(Duration::from_secs(3));
            let now = self.cpu();
            if (now - before).abs() < f64::EPSILON {
                return;
            }
            before = now;
        }
    }

    /// Resident memory in bytes.
    pub(crate) fn resident(&self) -> u64 {
        resident(self.child.id())
    }

    /// The most resident memory there was since this was last asked, in bytes.
    pub(crate) fn peak(&self) -> u64 {
        let peak = memory(self.child.id(), "VmHWM:");
        std::fs::write(format!("/proc/{}/clear_refs", self.child.id()), "5").expect("the process is ours");
        peak
    }
}

fn fail(line: &str, error: &serde_json::Error) -> serde_json::Value {
    crate::say(&format!("the server printed no ready line but {line:?}: {error}"));
    std::process::exit(1)
}

/// User and system time of a process so far, in seconds.
pub(crate) fn cpu_of(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("the process runs");
    // The second field, the name, may hold spaces; what follows its parenthesis does not.
    let fields = stat.rsplit_once(") ").map_or("", |(_, fields)| fields).split(' ');
    let ticks: u32 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<u32>().ok()).sum();
    f64::from(ticks) / TICKS_PER_SECOND
}

/// Resident memory of a process in bytes.
pub(crate) fn resident(pid: u32) -> u64 {
    memory(pid, "VmRSS:")
}

fn memory(pid: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("the process runs");
    let line = status.lines().find_map(|line| line.strip_prefix(what)).expect("the kernel knows its memory");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("it is a number of kB") * 1024
}

impl Drop for Server {
    fn drop(&mut self) {
        // It is a measurement: whether it stopped gracefully is the tests' matter.
        let _already_gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}
