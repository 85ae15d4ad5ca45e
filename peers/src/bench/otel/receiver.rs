//! A process of its own that receives spans and throws them away, so that its work is not counted.

use std::error::Error;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

const ACCEPTED: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";

/// The process; it ends with this value.
pub struct Receiver {
    process: Child,
    /// Where it listens.
    pub endpoint: String,
}

impl Receiver {
    /// This program again, as a receiver.
    pub fn start() -> Result<Self, Box<dyn Error>> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = command.arg("discard").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut port = String::new();
        BufReader::new(process.stdout.take().ok_or("it has an output")?).read_line(&mut port)?;
        Ok(Self { process, endpoint: format!("http://127.0.0.1:{}", port.trim()) })
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}

/// Receives until standard input ends.
pub fn discard() -> Result<(), Box<dyn Error>> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    println!("{}", listener.local_addr()?.port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || serve(&stream));
        }
    });
    std::io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// Answers the requests of one connection until it ends.
fn serve(stream: &TcpStream) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream);
    while let Some(length) = head(&mut reader)? {
        std::io::copy(&mut (&mut reader).take(length), &mut std::io::sink())?;
        (&mut &*stream).write_all(ACCEPTED)?;
    }
    Ok(())
}

/// How long the next request's body is; nothing at the end of the connection.
fn head(reader: &mut impl BufRead) -> std::io::Result<Option<u64>> {
    let mut length = None;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 0 {
        if line.trim().is_empty() {
            return length.map(Some).ok_or_else(|| std::io::Error::other("a request without a length"));
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
        line.clear();
    }
    Ok(None)
}
