using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Protocol.Gateway;

namespace Discord.IntegrationTests.Sites;

/// <summary>A gateway session of somebody, over a real socket.</summary>
public sealed class GatewaySocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _late = new(TimeSpan.FromSeconds(60));
    private readonly byte[] _buffer = new byte[1 << 16];

    private GatewaySocket()
    {
    }

    public string SessionId { get; private set; } = "";

    public JsonNode Ready { get; private set; } = null!;

    /// <summary>Identifies and waits for READY; a bot's guilds come as GUILD_CREATE afterwards.</summary>
    public static async Task<GatewaySocket> OpenAsync(TestHost host, Account account, Intents intents = Intents.Valid & ~Intents.Privileged)
    {
        var opened = new GatewaySocket();
        await opened._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{host.Port}/gateway?v=10&encoding=json"), opened._late.Token);
        await opened.SendAsync(2, new { token = account.Token, intents = (uint)intents, properties = new { os = "linux", browser = "test", device = "test" } });
        opened.Ready = (await opened.NextAsync("READY")).Data;
        opened.SessionId = (string)opened.Ready["session_id"]!;
        return opened;
    }

    /// <summary>Comes back to a session that lost its socket, and waits for RESUMED.</summary>
    public static async Task<GatewaySocket> ResumeAsync(TestHost host, Account account, string sessionId, int seq)
    {
        var opened = new GatewaySocket();
        await opened._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{host.Port}/gateway?v=10&encoding=json"), opened._late.Token);
        await opened.SendAsync(6, new { token = account.Token, session_id = sessionId, seq });
        await opened.NextAsync("RESUMED");
        return opened;
    }

    public Task SendAsync(int op, object d) => _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { op, d }), WebSocketMessageType.Text, true, _late.Token);

    /// <summary>Joins, moves, leaves: op 4.</summary>
    public Task SpeakAsync(Protocol.Snowflake? guildId, Protocol.Snowflake? channelId, bool mute = false, bool deaf = false) =>
        SendAsync(4, new { guild_id = guildId?.ToString(), channel_id = channelId?.ToString(), self_mute = mute, self_deaf = deaf });

    /// <summary>Reads on to the next event of a name; what comes before it is passed over.</summary>
    public async Task<Heard> NextAsync(string name, Func<JsonNode, bool>? which = null)
    {
        while (true)
        {
            if (await ReadAsync() is { } heard && heard.Name == name && which?.Invoke(heard.Data) != false)
                return heard;
        }
    }

    /// <summary>Reads on to such an event; the events before it.</summary>
    public async Task<IReadOnlyList<Heard>> BeforeAsync(string name, Func<JsonNode, bool> which)
    {
        var before = new List<Heard>();
        while (true)
        {
            if (await ReadAsync() is not { } heard)
                continue;
            if (heard.Name == name && which(heard.Data))
                return before;
            before.Add(heard);
        }
    }

    /// <summary>The socket is gone, without a word.</summary>
    public void Cut() => _socket.Abort();

    /// <summary>Reads until the server closes the socket.</summary>
    /// <returns>The close code.</returns>
    public async Task<int?> ClosedAsync()
    {
        try
        {
            while (true)
                await ReadAsync();
        }
        catch (WebSocketException)
        {
            return (int?)_socket.CloseStatus;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_socket.State == WebSocketState.Open)
            await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _late.Token);
        _socket.Dispose();
        _late.Dispose();
    }

    // Null for what is no event.
    private async Task<Heard?> ReadAsync()
    {
        var length = 0;
        using var message = new MemoryStream();
        WebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(_buffer, _late.Token);
            if (part.MessageType == WebSocketMessageType.Close)
                throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, $"closed with {_socket.CloseStatus}");
            message.Write(_buffer, 0, part.Count);
            length += part.Count;
        }
        while (!part.EndOfMessage);
        var frame = JsonNode.Parse(Encoding.UTF8.GetString(message.GetBuffer(), 0, length))!;
        return (int)frame["op"]! == 0 ? new Heard((string)frame["t"]!, frame["d"]!) : null;
    }
}

/// <summary>An event as a session got it.</summary>
public sealed record Heard(string Name, JsonNode Data);
