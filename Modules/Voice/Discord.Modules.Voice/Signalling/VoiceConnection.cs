using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Threading.Channels;

namespace Discord.Modules.Voice.Signalling;

/// <summary>One client's voice socket. Sending never waits: a client that does not read is cut off, and can resume.</summary>
/// <param name="version">4 to 9, as the client asked for.</param>
/// <param name="mediaAddress">The IPv4 address at which this client finds the media port.</param>
/// <param name="abort">Cuts the transport under the socket.</param>
internal sealed class VoiceConnection(WebSocket socket, int version, string mediaAddress, Action abort, SignallingLimits limits, TimeProvider clock)
{
    // {"op":5,...} becomes {"op":5,...,"seq":65535}.
    private const int SequenceRoom = 16;

    private readonly Channel<(byte[] Json, int? Sequence, bool Secret)> _waiting = Channel.CreateBounded<(byte[], int?, bool)>(new BoundedChannelOptions(limits.MaxBacklog) { SingleReader = true });
    private byte[] _incoming = new byte[512];
    private byte[] _frame = new byte[256];
    private int _closeWith;
    private long _closeBy = long.MaxValue;
    private VoiceCloseCode _closeByCode;

    public int Version => version;

    /// <summary>From this version on messages are numbered, and what a client missed is sent again.</summary>
    public bool IsNumbered => version >= 8;

    public string MediaAddress => mediaAddress;

    public bool IsIdentified { get; set; }

    public bool IsClosing => Volatile.Read(ref _closeWith) != 0;

    /// <summary>Messages that the client has not been sent yet.</summary>
    public int Waiting => _waiting.Reader.Count;

    /// <summary>Of the clock: the last heartbeat, or the start.</summary>
    public long LastSeen { get; set; } = clock.GetTimestamp();

    /// <param name="json">One object. Shared between recipients, and not changed.</param>
    /// <param name="sequence">Goes into the message as "seq"; null: none.</param>
    public void Send(byte[] json, int? sequence = null) => Enqueue(json, sequence, secret: false);

    /// <summary>Sends what nobody else may have, and wipes it.</summary>
    public void SendSecret(byte[] json) => Enqueue(json, null, secret: true);

    /// <summary>Closes after what waits has been written. The first code counts.</summary>
    public void Close(VoiceCloseCode code)
    {
        if (Interlocked.CompareExchange(ref _closeWith, (int)code, 0) != 0)
            return;
        CloseBy(limits.CloseWithin, code);
        _waiting.Writer.TryComplete();
    }

    /// <summary>Closes when the client has not done so in time.</summary>
    public void CloseBy(TimeSpan time, VoiceCloseCode code)
    {
        _closeByCode = code;
        Volatile.Write(ref _closeBy, clock.GetTimestamp() + (long)(time.TotalSeconds * clock.TimestampFrequency));
    }

    /// <summary>Once a second: ends what is due.</summary>
    public void Sweep(long now)
    {
        if (now >= Volatile.Read(ref _closeBy))
        {
            if (IsClosing)
                abort();
            else
                Close(_closeByCode);
        }
        else if (clock.GetElapsedTime(LastSeen, now) >= (IsIdentified ? limits.MaxSilence : limits.IdentifyWithin))
        {
            Close(VoiceCloseCode.SessionTimedOut);
        }
    }

    /// <summary>Writes what is sent, until the connection is closed.</summary>
    public async Task WriteAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (json, sequence, secret) in _waiting.Reader.ReadAllAsync(cancellationToken))
            {
                try
                {
                    await socket.SendAsync(sequence is { } number ? Numbered(json, number) : json, WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
                }
                finally
                {
                    Wipe(json, secret);
                }
            }

            await socket.CloseOutputAsync((WebSocketCloseStatus)_closeWith, null, cancellationToken);
        }
        finally
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var unsent))
                Wipe(unsent.Json, unsent.Secret);
        }
    }

    /// <summary>The client's next message, whole; valid until the next call.</summary>
    /// <returns>Null: the socket ends, with the code that a message of a wrong kind deserves, if that is why.</returns>
    public async ValueTask<(ReadOnlyMemory<byte>? Message, VoiceCloseCode? Refused)> ReadAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            if (length == SignallingLimits.MaxMessage)
                return (null, VoiceCloseCode.DecodeError);
            if (length == _incoming.Length)
                Array.Resize(ref _incoming, 2 * length);
            var read = await socket.ReceiveAsync(_incoming.AsMemory(length), cancellationToken);
            if (read.MessageType == WebSocketMessageType.Close)
                return (null, null);
            length += read.Count;
            if (read.EndOfMessage)
                return read.MessageType == WebSocketMessageType.Text ? (_incoming.AsMemory(0, length), null) : (ReadOnlyMemory<byte>.Empty, IsEndToEnd(length) ? null : VoiceCloseCode.DecodeError);
        }
    }

    // Binary messages belong to end-to-end encryption (opcodes 21 to 31), which this server does not choose: a client's offer of it is passed over.
    private bool IsEndToEnd(int length) => length > 0 && _incoming[0] is >= 21 and <= 31;

    private void Enqueue(byte[] json, int? sequence, bool secret)
    {
        if (_waiting.Writer.TryWrite((json, sequence, secret)))
            return;
        Wipe(json, secret);
        if (!IsClosing)
            abort();
    }

    private static void Wipe(byte[] json, bool isSecret)
    {
        if (isSecret)
            CryptographicOperations.ZeroMemory(json);
    }

    private ReadOnlyMemory<byte> Numbered(byte[] json, int sequence)
    {
        if (_frame.Length < json.Length + SequenceRoom)
            _frame = new byte[json.Length + SequenceRoom];
        var body = json.Length - 1;
        json.AsSpan(0, body).CopyTo(_frame);
        System.Text.Unicode.Utf8.TryWrite(_frame.AsSpan(body), $",\"seq\":{sequence}}}", out var written);
        return _frame.AsMemory(0, body + written);
    }
}
