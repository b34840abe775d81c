using System.Buffers;
using System.Buffers.Binary;
using System.IO.Pipelines;
using Discord.Host.Gateway.Encoding;

namespace Discord.Host.Gateway;

/// <summary>One client's socket: takes its messages apart, and writes what its session holds, as fast as the client reads.</summary>
/// <remarks>
/// One flush runs at a time and drains everything that waits into one write: a client that keeps up gets each event at once, one that
/// lags gets many in a packet. Whoever enqueues may start the flush; it goes on by itself when the socket was full.
/// </remarks>
internal sealed class GatewayConnection(IDuplexPipe pipe, bool etf, FrameCompression compression, string address, Action abort, TimeProvider clock) : IDisposable
{
    // Frames of one write: a fair share for each connection, and what the pipe takes before it asks to wait.
    private const int MaxFramesPerWrite = 32;
    private const int MaxFramesPerFlush = 64;

    private readonly Lock _gate = new();
    private readonly Queue<(FrameKind Kind, byte[] Bytes)> _control = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private FrameFormat _format = new(etf, compression, compression == FrameCompression.ZstdStream ? new ZstdStream() : null);
    private GatewaySession? _session;
    private int _flushing;
    private volatile Task _flush = Task.CompletedTask;
    private bool _zlibStarted;
    private bool _closeSent;
    private int? _closeWith;

    public string Address => address;

    public bool IsEtf => etf;

    /// <summary>Ticks of the clock at the client's last heartbeat, or at the start.</summary>
    public long LastHeartbeat { get; set; } = clock.GetTimestamp();

    public GatewaySession? Session => Volatile.Read(ref _session);

    /// <summary>The session whose events this connection writes.</summary>
    /// <param name="compressPayloads">IDENTIFY asked for compressed payloads; without effect on a compressed stream.</param>
    public void Carry(GatewaySession session, bool compressPayloads)
    {
        if (compressPayloads && _format.Compression == FrameCompression.None)
            _format = _format with { Compression = FrameCompression.Payload };
        Volatile.Write(ref _session, session);
    }

    /// <summary>Forgets the session: the client was told that it is invalid and may identify on this socket.</summary>
    public void Release() => Volatile.Write(ref _session, null);

    /// <summary>Sends a payload that is no dispatch.</summary>
    /// <param name="json">The whole payload.</param>
    public void Send(ReadOnlySpan<byte> json)
    {
        byte[] payload;
        if (etf)
        {
            var term = new ArrayBufferWriter<byte>(json.Length + 16);
            term.Write<byte>([131]);
            Etf.WriteTerm(json, term);
            payload = term.WrittenSpan.ToArray();
        }
        else
        {
            payload = json.ToArray();
        }

        Queue(etf ? FrameKind.Binary : FrameKind.Text, payload);
    }

    /// <summary>Closes after what waits has been written.</summary>
    public void Close(CloseCode code)
    {
        lock (_gate)
            _closeWith ??= (int)code;
        Flush();
    }

    /// <summary>The socket is gone: gives back what the garbage collector does not know of.</summary>
    public void Dispose() => _format.Zstd?.Dispose();

    /// <summary>The client does not read: nothing more can be written to it, so there is no closing frame either.</summary>
    public void CloseSlow() => abort();

    /// <summary>Completes when the closing frame has been written or the socket is gone.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Completes when what was enqueued before has been written: who sends much waits here, and keeps no more than a piece of it in memory.</summary>
    public Task Flushing => _flush;

    /// <summary>Starts writing what waits, unless a flush runs already: then that one takes it along. Never blocks.</summary>
    public void Flush()
    {
        // 0 idle, 1 running, 2 running and asked for once more.
        while (true)
        {
            var state = Volatile.Read(ref _flushing);
            if (state == 2 || (state == 1 && Interlocked.CompareExchange(ref _flushing, 2, 1) == 1))
                return;
            if (state == 0 && Interlocked.CompareExchange(ref _flushing, 1, 0) == 0)
            {
                _flush = FlushLoopAsync();
                return;
            }
        }
    }

    /// <summary>The client's next message, whole.</summary>
    /// <returns>The payload as JSON; or why there is none: the close code that the client sent or deserves, null when the socket just ended.</returns>
    public async ValueTask<(byte[]? Message, int? CloseCode, bool ByClient)> ReceiveAsync(CancellationToken cancellationToken)
    {
        byte[]? partial = null;
        while (true)
        {
            var read = await pipe.Input.ReadAsync(cancellationToken);
            var buffer = read.Buffer;
            var parsed = WebSocketFrames.TryRead(ref buffer, GatewayLimits.MaxClientPayload - (partial?.Length ?? 0), out var kind, out var final, out var payload);
            switch (parsed)
            {
                case FrameRead.Incomplete:
                    pipe.Input.AdvanceTo(buffer.Start, buffer.End);
                    if (read.IsCompleted || read.IsCanceled)
                        return (null, null, true);
                    continue;
                case FrameRead.Invalid or FrameRead.TooLarge:
                    pipe.Input.AdvanceTo(buffer.End);
                    return (null, (int)Gateway.CloseCode.DecodeError, false);
            }

            pipe.Input.AdvanceTo(buffer.Start);
            switch (kind)
            {
                case FrameKind.Ping:
                    Queue(FrameKind.Pong, payload);
                    continue;
                case FrameKind.Pong:
                    continue;
                case FrameKind.Close:
                    return (null, payload.Length >= 2 ? BinaryPrimitives.ReadUInt16BigEndian(payload) : 1005, true);
                case FrameKind.Continuation when partial is null:
                case FrameKind.Text or FrameKind.Binary when partial is not null:
                    return (null, (int)Gateway.CloseCode.DecodeError, false);
            }

            partial = partial is null ? payload : [.. partial, .. payload];
            if (final)
                return (partial, null, true);
        }
    }

    private void Queue(FrameKind kind, byte[] payload)
    {
        lock (_gate)
            _control.Enqueue((kind, payload));
        Flush();
    }

    private async Task FlushLoopAsync()
    {
        try
        {
            do
            {
                Volatile.Write(ref _flushing, 1);
                while (Write())
                {
                    var flushed = await pipe.Output.FlushAsync();
                    if (flushed.IsCompleted || flushed.IsCanceled)
                    {
                        _closed.TrySetResult();
                        return;
                    }

                    if (_closeSent)
                    {
                        _closed.TrySetResult();
                        return;
                    }
                }
            }
            while (Interlocked.CompareExchange(ref _flushing, 0, 1) != 1);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException or OperationCanceledException or ObjectDisposedException)
        {
            // The socket is gone; the receiving side ends the connection.
            _closed.TrySetResult();
        }
    }

    // One round into the pipe. False when nothing waited.
    private bool Write()
    {
        var wrote = WriteControl();
        if (Session is { } session)
        {
            var batch = ArrayPool<DispatchPayload>.Shared.Rent(MaxFramesPerWrite);
            for (var rounds = 0; rounds < MaxFramesPerFlush / MaxFramesPerWrite; rounds++)
            {
                var count = session.Take(this, batch.AsSpan(0, MaxFramesPerWrite), out var sequence);
                for (var i = 0; i < count; i++)
                {
                    batch[i].WriteFrame(pipe.Output, sequence + i, _format, start: !_zlibStarted);
                    _zlibStarted = true;
                }

                wrote |= count > 0;
                if (count < MaxFramesPerWrite)
                    break;
            }

            ArrayPool<DispatchPayload>.Shared.Return(batch, clearArray: true);
        }

        return wrote || WriteClose();
    }

    private bool WriteControl()
    {
        var wrote = false;
        while (true)
        {
            (FrameKind Kind, byte[] Bytes) frame;
            lock (_gate)
            {
                if (!_control.TryDequeue(out frame))
                    return wrote;
            }

            wrote = true;
            if (frame.Kind != FrameKind.Pong && _format.Compression == FrameCompression.ZlibStream)
                WriteStored(frame.Bytes);
            else if (frame.Kind != FrameKind.Pong && _format.Zstd is { } zstd)
                zstd.WriteFrame(pipe.Output, frame.Bytes, []);
            else
                WebSocketFrames.Write(pipe.Output, frame.Kind, frame.Bytes);
        }
    }

    private void WriteStored(byte[] payload)
    {
        var stored = new ArrayBufferWriter<byte>(payload.Length + 32);
        if (!_zlibStarted)
            stored.Write(Deflated.Header);
        _zlibStarted = true;
        Deflated.WriteStored(stored, payload);
        WebSocketFrames.Write(pipe.Output, FrameKind.Binary, stored.WrittenSpan);
    }

    private bool WriteClose()
    {
        lock (_gate)
        {
            if (_closeWith is not { } code || _closeSent)
                return false;
            _closeSent = true;
            Span<byte> payload = stackalloc byte[2];
            BinaryPrimitives.WriteUInt16BigEndian(payload, (ushort)code);
            WebSocketFrames.Write(pipe.Output, FrameKind.Close, payload);
            return true;
        }
    }
}
