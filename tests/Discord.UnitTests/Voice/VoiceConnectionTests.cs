using System.Net.WebSockets;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>A session whose socket, path or key changes under it, and sockets that end badly.</summary>
public sealed class VoiceConnectionTests
{
    private const VoiceRights Everyday = VoiceRights.Hear | VoiceRights.Speak;

    [Fact]
    public async Task A_worn_key_ends_the_socket_that_the_session_has_by_then()
    {
        using var table = new SignallingTable();
        var first = await table.EnterAsync(1);
        var worn = Session(table, 1).Leg!.KeyWorn!;
        first.Drop();
        // Nobody to tell: it is asked again.
        worn();
        var second = table.Connect();
        Assert.Null(second.Say(7, Resume(1)));
        worn();
        Assert.Equal(4006, await second.ClosedAsync());
        second.Drop();
        var third = table.Connect();
        Assert.Null(third.Say(0, SignallingTable.Identity(SignallingTable.Grant(1))));
        // Of a path that is gone: nobody's business any more.
        worn();
        Assert.False(third.Socket.Closed.IsCompleted);
    }

    [Fact]
    public async Task A_browser_that_begins_anew_gets_SSRCs_that_nobody_has_heard_of()
    {
        using var table = new SignallingTable();
        var other = await table.EnterAsync(1);
        var browser = await table.EnterAsync(2, rights: Everyday | VoiceRights.Video);
        Assert.Null(browser.Say(1, new { protocol = "webrtc", data = "offer" }));
        Assert.Null(browser.Say(5, new { speaking = 1 }));
        Assert.Null(browser.Say(12, new { audio_ssrc = 1, video_ssrc = 2, rtx_ssrc = 3 }));
        var before = (await other.HearAsync(5)).GetProperty("d").GetProperty("ssrc").GetUInt32();
        Assert.Equal(before, (await other.HearAsync(12)).GetProperty("d").GetProperty("audio_ssrc").GetUInt32());

        // Another offer: its packets count from anywhere, and receivers would take them for old ones.
        Assert.Null(browser.Say(1, new { protocol = "webrtc", data = "another" }));
        var told = (await other.HearAsync(5)).GetProperty("d");
        Assert.Equal(("2", 1), (told.GetProperty("user_id").GetString(), told.GetProperty("speaking").GetInt32()));
        var after = told.GetProperty("ssrc").GetUInt32();
        Assert.NotEqual(before, after);
        var picture = (await other.HearAsync(12)).GetProperty("d");
        Assert.Equal((after, after + 1), (picture.GetProperty("audio_ssrc").GetUInt32(), picture.GetProperty("video_ssrc").GetUInt32()));
        Assert.Equal(after, Session(table, 2).Leg!.AudioSsrc);

        // Who keeps to UDP keeps the SSRC that READY named: its packets go on counting.
        Assert.Null(other.Say(1, new { protocol = "udp", data = new { address = "127.0.0.1", port = 1, mode = SignallingTable.Mode } }));
        var own = Session(table, 1).Leg;
        Assert.Null(other.Say(1, new { protocol = "udp", data = new { address = "127.0.0.1", port = 1, mode = SignallingTable.Mode } }));
        Assert.Same(own, Session(table, 1).Leg);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_key_that_could_not_be_sent_is_wiped(bool isFull)
    {
        using var table = new SignallingTable(new SignallingLimits { MaxBacklog = 1 });
        using var socket = new BrokenSocket();
        var connection = new VoiceConnection(socket, 8, "127.0.0.1", () => { }, table.Server.Limits, table.Clock);
        if (isFull)
            connection.Send("{}"u8.ToArray());
        byte[] secret = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
        connection.SendSecret(secret);
        if (!isFull)
            await Assert.ThrowsAsync<IOException>(() => connection.WriteAsync(CancellationToken.None));
        Assert.All(secret, number => Assert.Equal(0, number));
    }

    [Fact]
    public async Task Who_closes_and_does_not_read_is_cut_off_in_time()
    {
        using var table = new SignallingTable();
        var gateway = new VoiceGateway(table.Server, table.Addresses, new NoLifetime(), NullLogger<VoiceGateway>.Instance);
        await using var app = WebApplication.CreateSlimBuilder().Build();
        gateway.Map(app);
        var served = Assert.Single(((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints));
        using var socket = new DeafSocket();
        var http = new DefaultHttpContext { RequestServices = app.Services };
        http.Request.QueryString = new("?v=8");
        http.Features.Set<IHttpWebSocketFeature>(socket);
        http.Features.Set<IHttpRequestLifetimeFeature>(socket);
        var serving = served.RequestDelegate!(http);
        await socket.Closing.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.False(serving.IsCompleted);
        table.Clock.Advance(table.Server.Limits.CloseWithin + TimeSpan.FromSeconds(2));
        await serving.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private static object Resume(int user)
    {
        var grant = SignallingTable.Grant(user);
        return new { server_id = $"{grant.ServerId}", session_id = grant.SessionId, token = grant.Token, seq_ack = 1 };
    }

    private static VoiceSession Session(SignallingTable table, int user)
    {
        var grant = SignallingTable.Grant(user);
        return table.Server.Find(grant.ServerId, grant.SessionId, null, grant.Token).Session!;
    }

    private sealed class BrokenSocket : TestSocket
    {
        public override ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => throw new IOException("It broke.");
    }

    // Says good-bye, and takes nothing.
    private sealed class DeafSocket : TestSocket, IHttpWebSocketFeature, IHttpRequestLifetimeFeature
    {
        private readonly TaskCompletionSource _closing = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly CancellationTokenSource _aborted = new();

        public Task Closing => _closing.Task;

        public bool IsWebSocketRequest => true;

        public CancellationToken RequestAborted { get => _aborted.Token; set => throw new NotSupportedException(); }

        public new void Abort() => _aborted.Cancel();

        public Task<WebSocket> AcceptAsync(WebSocketAcceptContext context) => Task.FromResult<WebSocket>(this);

        public override async ValueTask SendAsync(ReadOnlyMemory<byte> buffer, WebSocketMessageType messageType, bool endOfMessage, CancellationToken cancellationToken) => await Task.Delay(Timeout.Infinite, cancellationToken);

        public override async ValueTask<ValueWebSocketReceiveResult> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            await Task.Yield();
            _closing.SetResult();
            return new(0, WebSocketMessageType.Close, true);
        }

        public override void Dispose()
        {
            base.Dispose();
            _aborted.Dispose();
        }
    }

    private sealed class NoLifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => CancellationToken.None;
        public CancellationToken ApplicationStopping => CancellationToken.None;
        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication()
        {
        }
    }
}
