using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Discord.Modules.Voice;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Discord.Protocol;
using Discord.UnitTests.BuildingBlocks;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Discord.UnitTests.Voice;

/// <summary>A voice server with a clock that a test moves, and clients whose sockets are in memory.</summary>
internal sealed class SignallingTable : IVoiceReports, IDisposable
{
    public const string Mode = "aead_aes256_gcm_rtpsize";

    private readonly Sfu _sfu = MediaClient.Start();

    public SignallingTable(SignallingLimits? limits = null)
    {
        var services = new ServiceCollection().AddSingleton<IVoiceReports>(this).AddSingleton<IBrowserPaths, AnyBrowser>().BuildServiceProvider();
        var options = new VoiceOptions("voice.example.org/voice", null, IPAddress.Loopback, 0, 1, "local", null, null);
        Addresses = new VoiceAddresses(options, _sfu, new NoServer(), NullLogger<VoiceAddresses>.Instance);
        Server = new VoiceServer(options, Addresses, _sfu, services, limits ?? new SignallingLimits(), Clock, NullLogger<VoiceServer>.Instance);
    }

    public ManualTime Clock { get; } = new();

    public VoiceServer Server { get; }

    public VoiceAddresses Addresses { get; }

    /// <summary>What was reported, in its order: "connected token".</summary>
    public ConcurrentQueue<string> Reports { get; } = new();

    public static VoiceGrant Grant(int user, int room = 1, VoiceRights rights = VoiceRights.Hear | VoiceRights.Speak) => new()
    {
        Token = $"{user:x16}{room:x16}",
        ServerId = new Snowflake(9),
        RoomId = new Snowflake((ulong)room),
        UserId = new Snowflake((ulong)user),
        SessionId = $"session {user}",
        Rights = rights,
    };

    public VoiceGrant Admit(int user, int room = 1, VoiceRights rights = VoiceRights.Hear | VoiceRights.Speak)
    {
        var grant = Grant(user, room, rights);
        Server.Admit(grant);
        return grant;
    }

    public TestClient Connect(int version = 8) => new(this, version);

    /// <summary>A client that was admitted and has identified.</summary>
    public async Task<TestClient> EnterAsync(int user, int room = 1, VoiceRights rights = VoiceRights.Hear | VoiceRights.Speak, int version = 8)
    {
        Admit(user, room, rights);
        var client = Connect(version);
        client.Say(0, Identity(Grant(user, room)));
        await client.HearAsync(2);
        return client;
    }

    public static object Identity(VoiceGrant grant) => new { server_id = $"{grant.ServerId}", user_id = $"{grant.UserId}", session_id = grant.SessionId, token = grant.Token };

    public void Connected(string token) => Reports.Enqueue($"connected {token}");

    public void Lost(string token) => Reports.Enqueue($"lost {token}");

    public void Spoke(string token) => Reports.Enqueue($"spoke {token}");

    public void Dispose()
    {
        Server.Dispose();
        _sfu.Dispose();
    }

    // Every offer is good.
    private sealed class AnyBrowser : IBrowserPaths
    {
        public string? Answer(Leg leg, string offer, IReadOnlyList<MediaCodec> codecs, string address) => "answer";

        public IReadOnlyList<IceServer> Relays(Snowflake userId) => [];
    }

    private sealed class NoServer : IServer
    {
        public IFeatureCollection Features { get; } = new FeatureCollection();

        public void Dispose()
        {
        }

        public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
            where TContext : notnull => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}

/// <summary>One client's socket. What it says is handled at once; what it is told waits to be heard.</summary>
internal sealed class TestClient
{
    private readonly TestSocket _socket = new();
    private readonly VoiceClient _client;

    public TestClient(SignallingTable table, int version)
    {
        Connection = new VoiceConnection(_socket, version, "127.0.0.1", () => WasCut = true, table.Server.Limits, table.Clock);
        _client = new VoiceClient(Connection, table.Server, () => { });
        table.Server.Add(Connection);
    }

    public VoiceConnection Connection { get; }

    public bool WasCut { get; private set; }

    /// <summary>Messages that were written; the first time they are asked for, writing begins.</summary>
    public TestSocket Socket
    {
        get
        {
            _socket.Begin(Connection);
            return _socket;
        }
    }

    public VoiceCloseCode? Say(int op, object? d) => Say(JsonSerializer.SerializeToUtf8Bytes(new { op, d }));

    public VoiceCloseCode? Say(ReadOnlyMemory<byte> message) => _client.Handle(message);

    public void Drop() => _client.End();

    /// <summary>The next message with this opcode; those before it are passed over.</summary>
    public async Task<JsonElement> HearAsync(int op)
    {
        while (true)
        {
            var message = await HearAnyAsync();
            if (message.GetProperty("op").GetInt32() == op)
                return message;
        }
    }

    public async Task<JsonElement> HearAnyAsync() => JsonDocument.Parse(await Socket.NextAsync()).RootElement;

    /// <summary>The code with which the server closes.</summary>
    public Task<int> ClosedAsync() => Socket.Closed.WaitAsync(TimeSpan.FromSeconds(30));
}

internal class TestSocket : WebSocket
{
    private readonly Channel<string> _sent = System.Threading.Channels.Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource<int> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _begun;

    public Task<int> Closed => _closed.Task;

    /// <summary>The memory in which messages were handed over, the last first.</summary>
    public ConcurrentStack<ReadOnlyMemory<byte>> Buffers { get; } = new();

    public override WebSocketCloseStatus? CloseStatus => null;
    public override string? CloseStatusDescription => null;
    public override WebSocketState State => WebSocketState.Open;
    public override string? SubProtocol => null;

    public void Begin(VoiceConnection connection)
    {
        if (Interlocked.Exchange(ref _begun, 1) == 0)
            _ = connection.WriteAsync(CancellationToken.None);
    }

    public async Task<string> NextAsync() => await _sent.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>What was written and not heard yet.</summary>
    public List<string> Rest()
    {
        var rest = new List<string>();
        while (_sent.Reader.TryRead(out var message))
            rest.Add(message);
        return rest;
    }

    public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken)
    {
        Buffers.Push(buffer);
        _sent.Writer.TryWrite(Encoding.UTF8.GetString(buffer.Span));
        return ValueTask.CompletedTask;
    }

    public override Task CloseOutputAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken)
    {
        _closed.TrySetResult((int)closeStatus);
        return Task.CompletedTask;
    }

    public override void Abort()
    {
    }

    public override void Dispose()
    {
    }

    public override Task CloseAsync(WebSocketCloseStatus closeStatus, string? statusDescription, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task SendAsync(ArraySegment<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => Task.CompletedTask;

    public override Task<WebSocketReceiveResult> ReceiveAsync(ArraySegment<byte> buffer, CancellationToken cancellationToken) => throw new NotSupportedException();
}
