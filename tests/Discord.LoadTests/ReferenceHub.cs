using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Discord.LoadTests;

/// <summary>
/// The least that a Kestrel server can do and still be driven like a chat host: it stores nothing, checks nothing, knows one channel, and
/// writes one ready frame to every socket. A host's figures divided by this one's, side by side on one machine, say how much of the possible it reaches.
/// </summary>
internal sealed class ReferenceHub
{
    private const int MessagesOnAPage = 50;
    private static readonly byte[] s_hello = """{"op":10,"s":null,"t":null,"d":{"heartbeat_interval":41250}}"""u8.ToArray();
    private static readonly byte[] s_acknowledged = """{"op":11}"""u8.ToArray();

    private readonly Lock _lock = new();
    private readonly List<Channel<byte[]>> _sessions = [];
    /// <summary>Every frame ever published: a frame's place in it is its sequence number, the same for all sessions.</summary>
    private readonly List<byte[]> _published = [];
    private long _lastId = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() << 22;

    public static async Task RunAsync(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        await using var app = builder.Build();
        var hub = new ReferenceHub();
        var page = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, MessagesOnAPage).Select(_ => Encoding.UTF8.GetString(hub.Message(new string('x', 64)))))}]");

        app.UseWebSockets();
        app.MapGet("/readyz", () => "");
        app.MapGet("/api/v10/channels/{channel}/messages", (HttpContext http) => WriteAsync(http, page));
        app.MapPost("/api/v10/channels/{channel}/messages", async (HttpContext http) =>
        {
            var post = await JsonNode.ParseAsync(http.Request.Body);
            await WriteAsync(http, hub.Publish(post?["content"]?.GetValue<string>() ?? ""));
        });
        app.MapGet("/gateway", async (HttpContext http) =>
        {
            using var socket = await http.WebSockets.AcceptWebSocketAsync();
            await hub.ServeAsync(socket);
        });
        await app.RunAsync();
    }

    private static async Task WriteAsync(HttpContext http, byte[] json)
    {
        http.Response.ContentType = "application/json";
        http.Response.ContentLength = json.Length;
        await http.Response.Body.WriteAsync(json);
    }

    /// <summary>The id is given and the frame handed out under one lock: sessions get messages in the order of their ids.</summary>
    private byte[] Publish(string content)
    {
        lock (_lock)
        {
            var message = Message(content);
            var frame = Dispatch("MESSAGE_CREATE", _published.Count + 1, message);
            _published.Add(frame);
            foreach (var session in _sessions) session.Writer.TryWrite(frame);
            return message;
        }
    }

    private async Task ServeAsync(WebSocket socket)
    {
        var waiting = Channel.CreateUnbounded<byte[]>(new UnboundedChannelOptions { SingleReader = true });
        waiting.Writer.TryWrite(s_hello);
        var sending = SendAsync(socket, waiting.Reader);
        try
        {
            await ReceiveAsync(socket, waiting);
        }
        catch (WebSocketException)
        {
            // The client dropped, as the resume scenario does.
        }

        lock (_lock) _sessions.Remove(waiting);
        waiting.Writer.TryComplete();
        await sending;
    }

    private async Task ReceiveAsync(WebSocket socket, Channel<byte[]> session)
    {
        var buffer = new byte[1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close) return;
            var payload = JsonNode.Parse(buffer.AsSpan(0, received.Count))!;
            switch (payload["op"]!.GetValue<int>())
            {
                case 1:
                    session.Writer.TryWrite(s_acknowledged);
                    break;
                case 2:
                    lock (_lock)
                    {
                        session.Writer.TryWrite(Dispatch("READY", _published.Count, """{"session_id":"s"}"""u8));
                        _sessions.Add(session);
                    }

                    break;
                case 6:
                    lock (_lock)
                    {
                        foreach (var frame in _published.Skip(payload["d"]!["seq"]!.GetValue<int>())) session.Writer.TryWrite(frame);
                        session.Writer.TryWrite(Dispatch("RESUMED", _published.Count, "{}"u8));
                        _sessions.Add(session);
                    }

                    break;
            }
        }
    }

    private static async Task SendAsync(WebSocket socket, ChannelReader<byte[]> waiting)
    {
        try
        {
            await foreach (var frame in waiting.ReadAllAsync()) await socket.SendAsync(frame.AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None);
        }
        catch (Exception e) when (e is WebSocketException or ObjectDisposedException)
        {
            // The client dropped; what still waits goes with the session.
        }
    }

    private static byte[] Dispatch(string name, int sequence, ReadOnlySpan<byte> data) =>
        [.. Encoding.UTF8.GetBytes($"{{\"op\":0,\"t\":\"{name}\",\"s\":{sequence},\"d\":"), .. data, (byte)'}'];

    /// <summary>A message of the fields that every message has.</summary>
    private byte[] Message(string content) => Encoding.UTF8.GetBytes($$$"""
        {"id":"{{{++_lastId}}}","type":0,"channel_id":"1420070400000000002","guild_id":"1420070400000000001","content":"{{{JsonEncodedText.Encode(content)}}}",
        "timestamp":"{{{TimeProvider.System.GetUtcNow():O}}}","edited_timestamp":null,"tts":false,"mention_everyone":false,"pinned":false,"flags":0,
        "mentions":[],"mention_roles":[],"attachments":[],"embeds":[],"components":[],
        "author":{"id":"1420070400000000003","username":"sender","discriminator":"0","global_name":null,"avatar":null,"public_flags":0},
        "member":{"roles":[],"joined_at":"2025-01-01T00:00:00.000000+00:00","deaf":false,"mute":false,"nick":null,"flags":0}}
        """);
}
