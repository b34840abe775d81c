using System.Net;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Signalling;
using Xunit;

namespace Discord.UnitTests.Voice;

public class BrowserOfferTests
{
    private const string Fragment = """
        a=extmap-allow-mixed
        a=ice-ufrag:h6vY
        a=ice-pwd:VOkJxbRl1RmTxUk/WvJxBtXX
        a=ice-options:trickle
        a=fingerprint:sha-256 00:01:02:03:04:05:06:07:08:09:0A:0B:0C:0D:0E:0F:10:11:12:13:14:15:16:17:18:19:1A:1B:1C:1D:1E:1F
        a=extmap:1 urn:ietf:params:rtp-hdrext:ssrc-audio-level
        a=extmap:2 http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time
        a=extmap:4 urn:ietf:params:rtp-hdrext:sdes:mid
        a=extmap:3/recvonly urn:3gpp:video-orientation
        a=rtpmap:111 opus/48000/2
        a=rtpmap:96 VP8/90000
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        """;

    internal static BrowserOffer Chromium() => BrowserOffer.Read(Fragment, [])!;

    [Fact]
    public void The_lines_of_a_browser_are_understood()
    {
        var offer = Chromium();
        Assert.Equal("h6vY", offer.Ufrag);
        Assert.Equal(1, offer.LevelExtension);
        Check(offer, (111, 120, MediaKind.Audio), (96, 107, MediaKind.Video), (97, 108, MediaKind.Retransmission));
    }

    [Fact]
    public void A_list_of_codecs_says_what_the_lines_leave_out()
    {
        var offer = BrowserOffer.Read(Fragment.Replace("a=fmtp:97 apt=96", "", StringComparison.Ordinal),
            [new MediaCodec("opus", false, 1, 111, 0), new MediaCodec("VP8", true, 2, 96, 97), new MediaCodec("H264", true, 3, 102, 103), new MediaCodec("H264", true, 4, 104, 105)])!;
        Check(offer, (111, 120, MediaKind.Audio), (96, 107, MediaKind.Video), (97, 108, MediaKind.Retransmission), (102, 105, MediaKind.Video), (103, 106, MediaKind.Retransmission));
        Assert.Equal(0, offer.Types.ToRoom(104, out _));
    }

    private static void Check(BrowserOffer offer, params (byte Own, byte Room, MediaKind Kind)[] expected)
    {
        foreach (var (own, room, kind) in expected)
        {
            Assert.Equal(room, offer.Types.ToRoom(own, out var seen));
            Assert.Equal(kind, seen);
            Assert.Equal(own, offer.Types.ToLeg(room));
        }
    }

    [Theory]
    [InlineData("a=ice-ufrag:h6vY", "a=ice-ufrag:h6v")]
    [InlineData("a=ice-ufrag:h6vY", "")]
    [InlineData("sha-256 00:01", "sha-1 00:01")]
    [InlineData("sha-256 00:01", "sha-256 01")]
    [InlineData("a=rtpmap:111 opus/48000/2", "")]
    [InlineData("a=rtpmap:111", "a=rtpmap:200")]
    public void What_cannot_be_answered_is_refused(string old, string by) => Assert.Null(BrowserOffer.Read(Fragment.Replace(old, by, StringComparison.Ordinal), []));

    [Fact]
    public void Garbage_never_throws()
    {
        var random = new Random(3);
        for (var i = 0; i < 50_000; i++)
        {
            var text = Fragment.ToCharArray();
            for (var changes = random.Next(1, 20); changes > 0; changes--)
                text[random.Next(text.Length)] = (char)random.Next(9, 128);
            BrowserOffer.Read(new string(text[..random.Next(text.Length)]), []);
        }
        Assert.Null(BrowserOffer.Read(new string('a', 100_000), []));
    }

    [Fact]
    public void The_answer_has_what_a_browser_needs()
    {
        var answer = BrowserAnswer.Write("abcdefgh", "0123456789012345678901", Chromium().Fingerprint, IPAddress.Parse("192.0.2.7"), 5004);
        Assert.Contains("a=ice-ufrag:abcdefgh\n", answer, StringComparison.Ordinal);
        Assert.Contains("a=fingerprint:sha-256 00:01:02:", answer, StringComparison.Ordinal);
        Assert.Contains("UDP 2130706431 192.0.2.7 5004 typ host\n", answer, StringComparison.Ordinal);
        Assert.Contains("192.0.2.7 5004 typ host tcptype passive\n", answer, StringComparison.Ordinal);
        Assert.Contains("c=IN IP4 192.0.2.7\n", answer, StringComparison.Ordinal);
    }
}
