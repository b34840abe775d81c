using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Discord.Protocol;

namespace Discord.Modules.Voice.Servers;

/// <summary>
/// One end of the link between the host that decides who is in voice (the home) and a process that only carries it (<c>--role voice</c>):
/// a WebSocket that the carrier opens and keeps open, with one JSON message for each thing that is said. Messages keep their order.
/// </summary>
internal sealed class VoiceLink(WebSocket socket)
{
    /// <summary>A grant is 300 bytes; no message of an honest peer is longer than this.</summary>
    private const int MaxMessageBytes = 64 * 1024;

    /// <summary>Messages that wait for a peer that does not read; it is given up when there are more.</summary>
    private const int MaxWaiting = 100_000;

    private readonly Channel<LinkMessage> _outgoing = System.Threading.Channels.Channel.CreateBounded<LinkMessage>(new BoundedChannelOptions(MaxWaiting) { SingleReader = true });

    /// <summary>Queues a message. A link whose peer has stopped reading is cut.</summary>
    public void Send(LinkMessage message)
    {
        if (!_outgoing.Writer.TryWrite(message))
            socket.Abort();
    }

    /// <summary>Runs the link until it ends, whoever ends it.</summary>
    /// <param name="received">Given the messages one after another. Returns null, or why the peer may not have said that: then it is told so, and the link ends.</param>
    /// <returns>Whether the peer closed the connection, or its system did when it died. False: this end did, or the peer fell silent.</returns>
    public async Task<bool> RunAsync(Func<LinkMessage, string?> received, CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(ended.Token);
        try
        {
            while (await ReceiveAsync(ended.Token) is { } message)
            {
                if (received(message) is not { } refusal)
                    continue;
                await socket.CloseAsync(WebSocketCloseStatus.PolicyViolation, refusal, ended.Token);
                return false;
            }

            return true;
        }
        catch (WebSocketException e) when (e.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely)
        {
            return true;
        }
        catch (Exception e) when (IsEnd(e) || e is JsonException or NotSupportedException)
        {
            // The link is gone, or the peer speaks something else: either way it is over, and the carrier dials again.
            return false;
        }
        finally
        {
            _outgoing.Writer.TryComplete();
            await ended.CancelAsync();
            socket.Abort();
            await sending;
        }
    }

    private async Task SendAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
                await socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Options), WebSocketMessageType.Text, endOfMessage: true, cancellationToken);
        }
        catch (Exception e) when (IsEnd(e))
        {
            socket.Abort();
        }
    }

    // A socket that was aborted says that it is disposed of.
    private static bool IsEnd(Exception e) => e is WebSocketException or OperationCanceledException or IOException or ObjectDisposedException;

    private async ValueTask<LinkMessage?> ReceiveAsync(CancellationToken cancellationToken)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        while (true)
        {
            var result = await socket.ReceiveAsync(buffer.GetMemory(1024), cancellationToken);
            if (result.MessageType == WebSocketMessageType.Close)
                return null;
            buffer.Advance(result.Count);
            if (buffer.WrittenCount > MaxMessageBytes)
                return null;
            if (result.EndOfMessage)
                return JsonSerializer.Deserialize<LinkMessage>(buffer.WrittenSpan, ProtocolJson.Options);
        }
    }
}

/// <summary>What the two ends of a <see cref="VoiceLink"/> say.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "op")]
[JsonDerivedType(typeof(LinkHello), "hello")]
[JsonDerivedType(typeof(LinkRelays), "relays")]
[JsonDerivedType(typeof(LinkAdmit), "admit")]
[JsonDerivedType(typeof(LinkChange), "change")]
[JsonDerivedType(typeof(LinkRevoke), "revoke")]
[JsonDerivedType(typeof(LinkSynced), "synced")]
[JsonDerivedType(typeof(LinkReport), "report")]
[JsonDerivedType(typeof(LinkDraining), "draining")]
internal abstract record LinkMessage;

/// <summary>Carrier, first of all: where clients reach it.</summary>
/// <param name="Name">The same after a reconnect, another for each carrier.</param>
internal sealed record LinkHello(string Name, string Region, string Endpoint) : LinkMessage;

/// <summary>Home, in answer to hello: Voice:Turn of its settings, for carriers that have none. No urls: no relay.</summary>
internal sealed record LinkRelays(IReadOnlyList<string> Urls, string Secret) : LinkMessage;

internal sealed record LinkAdmit(VoiceGrant Grant) : LinkMessage;

internal sealed record LinkChange(string Token, VoiceRights Rights) : LinkMessage;

internal sealed record LinkRevoke(string Token, int? Code) : LinkMessage;

/// <summary>Home, after a reconnect: the grants admitted since hello are all there are; others are over.</summary>
internal sealed record LinkSynced : LinkMessage;

/// <summary>Carrier: what happened to a grant.</summary>
internal sealed record LinkReport(string Token, LinkReportKind Kind) : LinkMessage;

internal enum LinkReportKind
{
    Connected,
    Lost,
    Spoke,
}

/// <summary>Carrier: it is about to stop; its rooms go elsewhere.</summary>
internal sealed record LinkDraining : LinkMessage;
