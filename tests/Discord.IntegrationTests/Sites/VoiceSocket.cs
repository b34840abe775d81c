using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Protocol;

namespace Discord.IntegrationTests.Sites;

/// <summary>A connection to the voice gateway, over a real socket.</summary>
public sealed class VoiceSocket : IAsyncDisposable
{
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _late = new(TimeSpan.FromSeconds(60));
    private readonly byte[] _buffer = new byte[1 << 16];

    private VoiceSocket()
    {
    }

    /// <summary>Joins a channel by the gateway session, and identifies with what that is told.</summary>
    /// <param name="guildId">Null: a call.</param>
    public static async Task<VoiceSocket> JoinAsync(TestHost host, GatewaySocket session, Account account, Snowflake? guildId, Snowflake channelId)
    {
        await session.SpeakAsync(guildId, channelId);
        var token = (string)(await session.NextAsync("VOICE_SERVER_UPDATE")).Data["token"]!;
        var opened = new VoiceSocket();
        await opened._socket.ConnectAsync(new Uri($"ws://127.0.0.1:{host.Port}/voice?v=8"), opened._late.Token);
        await opened.SendAsync(0, new { server_id = (guildId ?? channelId).ToString(), user_id = account.Id.ToString(), session_id = session.SessionId, token });
        await opened.NextAsync(2);
        return opened;
    }

    public Task SendAsync(int op, object d) => _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new { op, d }), WebSocketMessageType.Text, true, _late.Token);

    /// <summary>Reads on to the next message of an opcode; what comes before it is passed over.</summary>
    public async Task<JsonNode> NextAsync(int op) => (await NextAsync([op])).Data;

    /// <summary>The same for one of some opcodes.</summary>
    public async Task<(int Op, JsonNode Data)> NextAsync(params int[] ops)
    {
        while (true)
        {
            using var message = new MemoryStream();
            WebSocketReceiveResult part;
            do
            {
                part = await _socket.ReceiveAsync(_buffer, _late.Token);
                if (part.MessageType == WebSocketMessageType.Close)
                    throw new WebSocketException(WebSocketError.ConnectionClosedPrematurely, $"closed with {_socket.CloseStatus}");
                message.Write(_buffer, 0, part.Count);
            }
            while (!part.EndOfMessage);
            var frame = JsonNode.Parse(message.ToArray())!;
            if (ops.Contains((int)frame["op"]!))
                return ((int)frame["op"]!, frame["d"]!);
        }
    }

    /// <summary>Reads until the server closes the socket.</summary>
    /// <returns>The close code.</returns>
    public async Task<int?> ClosedAsync()
    {
        await Xunit.Assert.ThrowsAsync<WebSocketException>(() => NextAsync(-1));
        return (int?)_socket.CloseStatus;
    }

    public ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _late.Dispose();
        return ValueTask.CompletedTask;
    }
}
