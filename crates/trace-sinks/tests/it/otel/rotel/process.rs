//! The collector, started on free ports.

use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

const ATTEMPTS: usize = 5;
const START: Duration = Duration::from_secs(20);

/// A running collector; it ends with this value.
pub(super) struct Rotel {
    process: Child,
    printed: Option<JoinHandle<String>>,
    /// Where it takes OTLP over HTTP.
    pub(super) http: String,
    /// Where it takes OTLP over gRPC.
    pub(super) grpc: String,
    _folder: tempfile::TempDir,
}

impl Rotel {
    /// It cannot choose free ports itself: if somebody was faster, others are tried.
    pub(super) fn start() -> Self {
        let attempt = |_| Self::on(free_port(), free_port());
        let started = (0..ATTEMPTS).find_map(attempt);
        assert!(started.is_some(), "rotel does not start; what it says is above");
        started.unwrap()
    }

    fn on(http: u16, grpc: u16) -> Option<Self> {
        let agent = std::env::var_os("ROTEL_AGENT");
        assert!(agent.is_some(), "ROTEL_AGENT is the path of rotel-agent, a program in the package rotel");
        let folder = tempfile::tempdir().unwrap();
        let mut command = Command::new(PathBuf::from(agent.unwrap()));
        command.args(["start", "--exporter", "blackhole", "--log-format", "json"]);
        command.args(["--debug-log", "traces", "--debug-log-verbosity", "detailed"]);
        command.args(["--otlp-http-endpoint", &format!("127.0.0.1:{http}")]);
        command.args(["--otlp-grpc-endpoint", &format!("127.0.0.1:{grpc}")]);
        command.arg("--pid-file").arg(folder.path().join("pid"));
        let mut process = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
        let mut output = process.stdout.take().unwrap();
        let printed = std::thread::spawn(move || {
            let mut text = Vec::new();
            output.read_to_end(&mut text).unwrap();
            String::from_utf8_lossy(&text).into_owned()
        });
        let url = |port| format!("http://127.0.0.1:{port}");
        let mut rotel =
            Self { process, printed: Some(printed), http: url(http), grpc: url(grpc), _folder: folder };
        rotel.listens([http, grpc]).then_some(rotel)
    }

    fn listens(&mut self, ports: [u16; 2]) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < START && self.process.try_wait().unwrap().is_none() {
            if ports.iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
                return true;
            }
            sleep(Duration::from_millis(20));
        }
        false
    }

    /// Asks it to end, and returns all that it printed.
    pub(super) fn finish(mut self) -> String {
        let ended = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(ended.success() && self.process.wait().is_ok());
        self.printed.take().unwrap().join().unwrap()
    }
}

impl Drop for Rotel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
