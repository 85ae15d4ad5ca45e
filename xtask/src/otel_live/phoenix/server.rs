//! A Phoenix of our own.

use std::fs::{self, File};
use std::net::{TcpListener, TcpStream};
use std::process::Child;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::process::{Call, target_folder};
use crate::python::Venv;

const VERSION: &str = "20.26.1";
const START: Duration = Duration::from_mins(2);

/// A running Phoenix with an empty store; it ends with this value.
pub(super) struct Phoenix {
    process: Child,
    venv: Venv,
    /// Where it takes OTLP over HTTP, and answers.
    pub(super) url: String,
    /// Where it takes OTLP over gRPC.
    pub(super) grpc: String,
}

impl Phoenix {
    pub(super) fn start() -> Result<Self, String> {
        if !Venv::possible() {
            return Err("python3 with venv is missing; install with\n    sudo apt-get install python3-venv"
                .to_owned());
        }
        let venv = Venv::with("arize-phoenix", VERSION)?;
        let folder = target_folder("phoenix")?;
        let store = folder.join("store");
        let _ = fs::remove_dir_all(&store);
        let (port, grpc) = (free_port()?, free_port()?);
        let call = Call::program(venv.program("phoenix"), "serve")
            .env("PHOENIX_WORKING_DIR", store.display().to_string())
            .env("PHOENIX_HOST", "127.0.0.1")
            .env("PHOENIX_PORT", port.to_string())
            .env("PHOENIX_GRPC_PORT", grpc.to_string())
            .env("PHOENIX_TELEMETRY_ENABLED", "false")
            .env("PHOENIX_ALLOW_EXTERNAL_RESOURCES", "false");
        let url = |port| format!("http://127.0.0.1:{port}");
        let log = folder.join("log");
        let file = File::create(&log).map_err(|cause| format!("cannot write {}: {cause}", log.display()))?;
        let mut phoenix = Self { process: call.start(file)?, venv, url: url(port), grpc: url(grpc) };
        phoenix
            .listens(port)
            .then_some(phoenix)
            .ok_or_else(|| format!("it did not start; see {}", log.display()))
    }

    fn listens(&mut self, port: u16) -> bool {
        let begun = Instant::now();
        while begun.elapsed() < START && matches!(self.process.try_wait(), Ok(None)) {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return true;
            }
            sleep(Duration::from_millis(200));
        }
        false
    }

    /// All entries of a list of a project, page by page.
    pub(super) fn list(&self, project: &str, what: &str) -> Result<Vec<Value>, String> {
        let mut entries = Vec::new();
        let mut cursor = String::new();
        loop {
            let url = format!("{}/v1/projects/{project}/{what}?limit=1000{cursor}", self.url);
            let mut page = self.get(&url)?;
            if let Value::Array(data) = page["data"].take() {
                entries.extend(data);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(entries),
            }
        }
    }

    fn get(&self, url: &str) -> Result<Value, String> {
        const GET: &str = "import sys, urllib.error, urllib.request as r
try:
    print(r.urlopen(sys.argv[1]).read().decode())
except urllib.error.HTTPError as e:
    print('null')";
        let answer = self.venv.python().arg("-c").arg(GET).arg(url).output()?;
        serde_json::from_str(&answer).map_err(|cause| format!("{url} answers no JSON: {cause}"))
    }
}

impl Drop for Phoenix {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> Result<u16, String> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    port.map(|address| address.port()).map_err(|cause| format!("no free port: {cause}"))
}
