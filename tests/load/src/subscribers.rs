//! Many subscribers on one thread.

use crate::board::Board;
use crate::decode::{Decoder, Seen, websocket};
use crate::ledger::Ledger;
use crate::transport::Transport;
use std::io;
use std::net::SocketAddr;
use std::rc::Rc;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, watch};
use tokio::task::LocalSet;
use tokio::time::{sleep_until, timeout};

/// How many connect at the same time: a listener's queue is short.
const CONNECTING: usize = 64;
const CONNECT: Duration = Duration::from_secs(20);
/// The most that is read at once, in bytes.
const READ: usize = 16 * 1024;

/// What to subscribe to, and how.
#[derive(Clone)]
pub struct Plan {
    /// The server.
    pub address: SocketAddr,
    /// The way news come.
    pub transport: Transport,
    /// How many subscribers.
    pub subscribers: usize,
    /// Short polling asks this often, each client at a moment of its own.
    pub ask_every: Duration,
    /// So many of them stop reading when [`Subscribers::stall`] says so. Their times don't count.
    pub stalling: usize,
}

/// Subscribers that read until they are told to stop.
pub struct Subscribers {
    /// What they received.
    pub board: Arc<Board>,
    /// How many will never stall.
    reading: usize,
    phase: watch::Sender<Phase>,
    thread: Option<JoinHandle<io::Result<()>>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Phase {
    Read,
    Stall,
    Stop,
}

impl Subscribers {
    /// Connects all, from the beginning of the log, and waits until each subscription stands.
    ///
    /// # Errors
    /// One of them doesn't.
    pub fn start(plan: &Plan) -> Result<Subscribers, String> {
        let board = Arc::new(Board::default());
        let (phase, receiver) = watch::channel(Phase::Read);
        let (thread_plan, thread_board) = (plan.clone(), board.clone());
        let thread = thread::spawn(move || run(&thread_plan, &thread_board, &receiver));
        let (count, reading) = (plan.subscribers, plan.subscribers - plan.stalling);
        let subscribers = Subscribers { board, reading, phase, thread: Some(thread) };
        subscribers
            .board
            .wait(Duration::from_secs(60), "all subscriptions", |sums| sums.open == count)?;
        Ok(subscribers)
    }

    /// Waits until all who don't stall have the event `id`.
    ///
    /// # Errors
    /// They don't within `limit`.
    pub fn wait_for(&self, id: u64, limit: Duration) -> Result<(), String> {
        let all = id * self.reading as u64;
        self.board.wait(limit, &format!("event {id} everywhere"), |sums| sums.reached >= all)
    }

    /// [`Plan::stalling`] subscribers stop reading, and stay.
    pub fn stall(&self) {
        self.phase.send_replace(Phase::Stall);
    }
}

impl Drop for Subscribers {
    /// Closes all connections.
    fn drop(&mut self) {
        self.phase.send_replace(Phase::Stop);
        if let Some(thread) = self.thread.take() {
            // Whatever it says, nobody waits for these subscribers any more.
            let _ = thread.join();
        }
    }
}

fn run(plan: &Plan, board: &Arc<Board>, phase: &watch::Receiver<Phase>) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let turns = Rc::new(Semaphore::new(CONNECTING));
    let tasks = LocalSet::new();
    for number in 0..plan.subscribers {
        let subscriber = Subscriber {
            number,
            plan: plan.clone(),
            board: board.clone(),
            phase: phase.clone(),
            buffer: vec![0; READ],
            decoder: Decoder::new(plan.transport),
            ledger: Ledger::default(),
        };
        let turns = turns.clone();
        tasks.spawn_local(async move {
            let board = subscriber.board.clone();
            if let Err(broken) = subscriber.run(&turns).await {
                board.sums().broken.get_or_insert(format!("number {number}: {broken}"));
            }
        });
    }
    runtime.block_on(tasks);
    Ok(())
}

struct Subscriber {
    number: usize,
    plan: Plan,
    board: Arc<Board>,
    phase: watch::Receiver<Phase>,
    buffer: Vec<u8>,
    decoder: Decoder,
    ledger: Ledger,
}

impl Subscriber {
    async fn run(self, turns: &Semaphore) -> Result<(), String> {
        let Ok(turn) = turns.acquire().await else { return Ok(()) };
        let connect = timeout(CONNECT, TcpStream::connect(self.plan.address)).await;
        let mut stream = connect.map_err(|_| "connecting took too long")?.map_err(text)?;
        stream.set_nodelay(true).map_err(text)?;
        match self.plan.transport {
            Transport::ShortPolling => self.opened(),
            Transport::LongPolling => {
                self.ask(&mut stream).await?;
                self.opened();
            }
            // These are open when the head of the answer is here.
            _ => self.ask(&mut stream).await?,
        }
        drop(turn);
        self.read(stream).await
    }

    fn opened(&self) {
        self.board.sums().open += 1;
    }

    async fn ask(&self, stream: &mut TcpStream) -> Result<(), String> {
        let request = self.plan.transport.request(self.ledger.newest());
        self.send(stream, request.as_bytes()).await
    }

    async fn send(&self, stream: &mut TcpStream, bytes: &[u8]) -> Result<(), String> {
        self.board.sums().up += bytes.len() as u64;
        stream.write_all(bytes).await.map_err(text)
    }

    /// Reads until told to stop. A long poll asks again after each answer; a short one at moments
    /// of its own, so that a thousand clients spread over the interval.
    async fn read(mut self, mut stream: TcpStream) -> Result<(), String> {
        let every = self.plan.ask_every;
        let part = self.number as f64 / self.plan.subscribers as f64;
        let mut ask_at = Instant::now() + every.mul_f64(part);
        let mut asks = self.plan.transport == Transport::ShortPolling;
        loop {
            tokio::select! {
                biased;
                phase = next(&mut self.phase) => match phase {
                    Phase::Stall if self.number < self.plan.stalling => {
                        let stopped = self.phase.wait_for(|it| *it == Phase::Stop).await;
                        drop((stopped, stream));
                        return Ok(());
                    }
                    Phase::Stop => return Ok(()),
                    _ => {}
                },
                () = sleep_until(ask_at.into()), if asks => {
                    self.ask(&mut stream).await?;
                    ask_at += every;
                    asks = false;
                }
                length = stream.read(&mut self.buffer) => {
                    let answered = self.received(&mut stream, length).await?;
                    match self.plan.transport {
                        Transport::ShortPolling => asks = answered,
                        Transport::LongPolling if answered => self.ask(&mut stream).await?,
                        _ => {}
                    }
                }
            }
        }
    }

    /// Notes what was read. Was it the end of an answer?
    async fn received(
        &mut self,
        stream: &mut TcpStream,
        length: io::Result<usize>,
    ) -> Result<bool, String> {
        let length = length.map_err(text)?;
        if length == 0 {
            return Err("the server closed the connection".to_owned());
        }
        let seen = self.decoder.push(&self.buffer[..length])?;
        let now = Instant::now();
        let stalls = self.number < self.plan.stalling;
        let (mut answered, mut pings) = (false, Vec::new());
        {
            let mut sums = self.board.sums();
            sums.down += length as u64;
            let before = self.ledger.newest();
            for seen in seen {
                match seen {
                    Seen::Head(bytes) => {
                        sums.heads += bytes as u64;
                        sums.open += usize::from(!self.plan.transport.polls());
                    }
                    Seen::Event(id, bytes) => {
                        sums.payload += bytes as u64;
                        sums.deliveries += 1;
                        sums.mistakes += self.ledger.saw(id);
                        if !stalls {
                            sums.received(id, now);
                        }
                    }
                    Seen::Answered => answered = true,
                    Seen::Ping(payload) => pings.push(payload),
                }
            }
            sums.reads += u64::from(self.ledger.newest() > before);
            if !stalls {
                sums.reached += self.ledger.newest() - before;
            }
        }
        for payload in pings {
            self.send(stream, &websocket::pong(&payload)).await?;
        }
        Ok(answered)
    }
}

/// The next phase; the last one stays when nobody will change it any more.
async fn next(phase: &mut watch::Receiver<Phase>) -> Phase {
    match phase.changed().await {
        Ok(()) => *phase.borrow_and_update(),
        Err(_) => Phase::Stop,
    }
}

fn text(error: io::Error) -> String {
    error.to_string()
}
