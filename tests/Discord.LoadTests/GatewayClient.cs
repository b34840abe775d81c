using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Discord.LoadTests;

/// <summary>
/// One gateway session of one member, over a bare socket: the generator shares the machine's cores with the server under measurement, so it
/// reads many frames with one call and looks at them in place.
/// </summary>
/// <remarks>Source: RFC 6455; Discord docs, Gateway, "Connection Lifecycle".</remarks>
internal sealed class GatewayClient(int port, string token, bool zlib) : IDisposable
{
    private const int Close = 8;
    private const int Ping = 9;

    /// <summary>GUILDS, GUILD_MESSAGES and MESSAGE_CONTENT; accounts of people get their events without asking.</summary>
    private const int Intents = 1 | (1 << 9) | (1 << 15);

    private readonly SemaphoreSlim _sending = new(1);
    private Socket? _socket;
    private Inflater? _inflater;
    private Task _receiving = Task.CompletedTask;
    private TaskCompletionSource<bool> _answered = new();
    private byte[] _buffer = new byte[4096];
    private int _start;
    private int _end;
    private bool _resuming;
    private string? _session;
    private Awaited? _awaited;
    private long _sequence;
    private long _heartbeatInterval;
    private long _nextHeartbeat;

    /// <summary>What arriving frames are held against; set while nothing is under way.</summary>
    public Probe? Probe { get; set; }

    public List<Arrival> Arrivals { get; } = [];

    /// <summary>Dispatches whose sequence number is not the one after the last.</summary>
    public int SequenceGaps { get; private set; }

    /// <summary>The connection ended without this client wanting it.</summary>
    public bool Lost { get; private set; }

    /// <summary>Length of the last READY as it arrived.</summary>
    public int ReadyBytes { get; private set; }

    /// <summary>Completes with the next dispatch of this name.</summary>
    public Task NextAsync(string name)
    {
        var awaited = new Awaited(Encoding.ASCII.GetBytes(name));
        Volatile.Write(ref _awaited, awaited);
        return awaited.Arrived.Task;
    }

    /// <summary>Ends the session, and begins a new one.</summary>
    public async Task ReconnectAsync(CancellationToken stop)
    {
        await CloseAsync();
        if (!await ConnectAsync(resume: false, stop)) throw new LoadFailedException("A session was refused.");
    }

    /// <summary>Connects and waits for READY, or RESUMED.</summary>
    /// <returns>False if the server refused: an invalid session, or it closed the connection.</returns>
    public async Task<bool> ConnectAsync(bool resume, CancellationToken stop)
    {
        (_resuming, _start, _end, Lost, _heartbeatInterval) = (resume, 0, 0, false, 0);
        if (!resume) _sequence = 0;
        _answered = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        _socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        _inflater = zlib ? new Inflater() : null;
        await _socket.ConnectAsync(IPAddress.Loopback, port, stop);
        await UpgradeAsync(stop);
        _receiving = ReceiveAsync(_socket);
        return await _answered.Task.WaitAsync(TimeSpan.FromSeconds(60), stop);
    }

    public Task HeartbeatIfDueAsync(long now)
    {
        if (_heartbeatInterval == 0 || now < _nextHeartbeat || Lost) return Task.CompletedTask;
        _nextHeartbeat = now + _heartbeatInterval;
        return SendAsync($$"""{"op":1,"d":{{_sequence}}}""");
    }

    /// <summary>Ends the connection without a word, as a lost network does; the session stays resumable.</summary>
    public async Task DropAsync()
    {
        _heartbeatInterval = 0;
        var socket = _socket!;
        _socket = null;
        socket.LingerState = new LingerOption(true, 0); // a reset, and no TIME_WAIT for each of a thousand
        socket.Dispose();
        await _receiving;
    }

    /// <summary>Ends the session as a client does that goes away for good.</summary>
    public async Task CloseAsync()
    {
        if (_socket is null) return;
        if (!Lost) await SendFrameAsync(Close, [0x03, 0xE8]);
        await DropAsync();
        _inflater?.Dispose();
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _inflater?.Dispose();
        _sending.Dispose();
    }

    private async Task UpgradeAsync(CancellationToken stop)
    {
        var key = Convert.ToBase64String(RandomNumberGenerator.GetBytes(16));
        var request = $"GET /gateway?v=10&encoding=json{(zlib ? "&compress=zlib-stream" : "")} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n" +
            $"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n";
        await _socket!.SendAsync(Encoding.ASCII.GetBytes(request).AsMemory(), stop);
        int head;
        while ((head = _buffer.AsSpan(0, _end).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (!await FillAsync(_socket, stop)) throw new LoadFailedException("The server closed the connection during the upgrade.");
        }

        if (!_buffer.AsSpan(0, _end).StartsWith("HTTP/1.1 101 "u8))
        {
            throw new LoadFailedException($"No upgrade: {Encoding.ASCII.GetString(_buffer, 0, Math.Min(head, 100))}");
        }

        _start = head + 4;
    }

    private async Task ReceiveAsync(Socket socket)
    {
        try
        {
            long now;
            do
            {
                now = Stopwatch.GetTimestamp();
                while (TryTakeFrame(now))
                {
                }
            }
            while (await FillAsync(socket, CancellationToken.None));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Dropped, by either side.
        }
        catch (Exception e) when (e is InvalidDataException or JsonException or LoadFailedException)
        {
            _answered.TrySetException(new LoadFailedException($"What the server sent cannot be read: {e.Message}"));
        }

        Lost = ReferenceEquals(socket, _socket);
        _answered.TrySetResult(false);
    }

    private async ValueTask<bool> FillAsync(Socket socket, CancellationToken stop)
    {
        if (_start > 0)
        {
            Buffer.BlockCopy(_buffer, _start, _buffer, 0, _end - _start);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length) Array.Resize(ref _buffer, _buffer.Length * 2);
        var read = await socket.ReceiveAsync(_buffer.AsMemory(_end), SocketFlags.None, stop);
        _end += read;
        return read > 0;
    }

    private bool TryTakeFrame(long now)
    {
        var data = _buffer.AsSpan(_start, _end - _start);
        if (data.Length < 2) return false;
        var (head, length) = (2, (long)(data[1] & 0x7F));
        if (length == 126)
        {
            if (data.Length < 4) return false;
            (head, length) = (4, BinaryPrimitives.ReadUInt16BigEndian(data[2..]));
        }
        else if (length == 127)
        {
            if (data.Length < 10) return false;
            (head, length) = (10, BinaryPrimitives.ReadInt64BigEndian(data[2..]));
        }

        if (data.Length < head + length) return false;
        var payload = data.Slice(head, (int)length);
        _start += head + (int)length;
        if (data[0] < 0x80) throw new LoadFailedException("The server split a message over frames, which this client does not read.");
        switch (data[0] & 0x0F)
        {
            case Close:
                break; // the end of the stream follows
            case Ping:
                _ = SendFrameAsync(Ping + 1, payload.ToArray());
                break;
            default:
                OnMessage(_inflater is null ? payload : _inflater.Push(payload), now);
                break;
        }

        return true;
    }

    /// <summary>Runs for each delivery: allocates nothing for a dispatch.</summary>
    private void OnMessage(ReadOnlySpan<byte> message, long now)
    {
        Probe?.Note(message, now, Arrivals);
        var (op, sequence) = (-1, 0L);
        var name = default(ReadOnlySpan<byte>);
        var reader = new Utf8JsonReader(message);
        reader.Read();
        while ((op < 0 || (op == 0 && (sequence == 0 || name.IsEmpty))) && reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueSpan;
            reader.Read();
            if (key.SequenceEqual("op"u8)) op = reader.GetInt32();
            else if (key.SequenceEqual("s"u8) && reader.TokenType == JsonTokenType.Number) sequence = reader.GetInt64();
            else if (key.SequenceEqual("t"u8) && reader.TokenType == JsonTokenType.String) name = reader.ValueSpan;
            else reader.Skip();
        }

        switch (op)
        {
            case 0:
                OnDispatch(message, sequence, name);
                break;
            case 1:
                _nextHeartbeat = 0;
                break;
            case 9:
                _answered.TrySetResult(false);
                break;
            case 10:
                _heartbeatInterval = JsonNode.Parse(message)!["d"]!["heartbeat_interval"]!.GetValue<long>();
                // The first at a random point of the interval, so that the sessions do not beat in step.
                _nextHeartbeat = Environment.TickCount64 + Random.Shared.NextInt64(_heartbeatInterval);
                _ = SendAsync(_resuming ? Resume() : Identify());
                break;
        }
    }

    private void OnDispatch(ReadOnlySpan<byte> message, long sequence, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("READY"u8))
        {
            _session = SessionIdOf(message);
            ReadyBytes = message.Length;
            _sequence = sequence;
            _answered.TrySetResult(true);
            return;
        }

        if (Volatile.Read(ref _awaited) is { } awaited && name.SequenceEqual(awaited.Name))
        {
            Volatile.Write(ref _awaited, null);
            awaited.Arrived.TrySetResult();
        }

        var resumed = name.SequenceEqual("RESUMED"u8);
        // The reference numbers published frames only, the protocol RESUMED too.
        if (sequence != _sequence + 1 && !resumed) SequenceGaps++;
        _sequence = sequence;
        if (resumed) _answered.TrySetResult(true);
    }

    /// <summary>The <c>session_id</c> of READY's data; a READY is long, and a thousand come at once.</summary>
    private static string SessionIdOf(ReadOnlySpan<byte> ready)
    {
        var reader = new Utf8JsonReader(ready);
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 2 && reader.ValueTextEquals("session_id"u8) && reader.Read())
            {
                return reader.GetString()!;
            }
        }

        throw new LoadFailedException("READY names no session.");
    }

    private string Identify() =>
        $$$"""{"op":2,"d":{"properties":{"os":"linux","browser":"load","device":"load"},"intents":{{{Intents}}},"token":"{{{token}}}"}}""";

    private string Resume() => $$$"""{"op":6,"d":{"token":"{{{token}}}","seq":{{{_sequence}}},"session_id":"{{{_session}}}"}}""";

    public Task SendAsync(string payload) => SendFrameAsync(1, Encoding.UTF8.GetBytes(payload));

    private async Task SendFrameAsync(int opcode, byte[] payload)
    {
        // Masked, as a client must, with a key of zeros: there is no proxy on the loopback that a mask would protect from.
        byte[] head = payload.Length < 126
            ? [(byte)(0x80 | opcode), (byte)(0x80 | payload.Length), 0, 0, 0, 0]
            : [(byte)(0x80 | opcode), 0x80 | 126, (byte)(payload.Length >> 8), (byte)payload.Length, 0, 0, 0, 0];
        await _sending.WaitAsync();
        try
        {
            if (_socket is { } socket) await socket.SendAsync((byte[])[.. head, .. payload], SocketFlags.None);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The receive loop says that the connection is lost.
        }
        finally
        {
            _sending.Release();
        }
    }

    private sealed record Awaited(byte[] Name)
    {
        public TaskCompletionSource Arrived { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>One zlib stream for the whole connection, each message ended by a flush.</summary>
    private sealed class Inflater : IDisposable
    {
        private readonly MemoryStream _input = new();
        private readonly ZLibStream _zlib;
        private byte[] _output = new byte[4096];

        public Inflater() => _zlib = new ZLibStream(_input, CompressionMode.Decompress);

        public ReadOnlySpan<byte> Push(ReadOnlySpan<byte> chunk)
        {
            _input.SetLength(0);
            _input.Write(chunk);
            _input.Position = 0;
            var length = 0;
            int read;
            while ((read = _zlib.Read(_output, length, _output.Length - length)) > 0)
            {
                length += read;
                if (length == _output.Length) Array.Resize(ref _output, length * 2);
            }

            return _output.AsSpan(0, length);
        }

        public void Dispose() => _zlib.Dispose();
    }
}
