using System.Net;
using System.Text;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Media;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>The vectors of RFC 5769, and what strangers send.</summary>
public class StunTests
{
    private static readonly byte[] s_password = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    /// <summary>RFC 5769, 2.1.</summary>
    private static readonly byte[] s_request = Convert.FromHexString(
        "000100582112a442b7e7a701bc34d686fa87dfae802200105354554e207465737420636c69656e74002400046e0001ff80290008932ff9b151263b36"
        + "000600096576746a3a68367659202020000800149aeaa70cbfd8cb56781ef2b5b2d3f249c1b571a280280004e57a3bcf");

    /// <summary>Up to the fingerprint, which is no secret.</summary>
    private const int Signed = 100;

    [Fact]
    public void The_request_of_the_RFC_is_read_and_its_signature_holds()
    {
        Assert.True(Stun.TryRead(s_request, out var request));
        Assert.Equal("evtj:h6vY", Encoding.ASCII.GetString(request.Username));
        Assert.True(request.Controlled);
        Assert.False(request.UseCandidate);
        Assert.True(Stun.IsSigned(request, s_password));
        Assert.False(Stun.IsSigned(request, "another password here"u8));
    }

    [Fact]
    public void The_response_says_the_address_and_is_signed_as_the_RFC_computes_it()
    {
        Assert.True(Stun.TryRead(s_request, out var request));
        var output = new byte[Stun.MaxLength];
        var length = Stun.WriteSuccess(output, request, new SocketAddressV4(IPAddress.Parse("192.0.2.1"), 32853), s_password);

        // RFC 5769, 2.2 without its SOFTWARE: XOR-MAPPED-ADDRESS as there.
        Assert.Equal("0101002c2112a442b7e7a701bc34d686fa87dfae002000080001a147e112a643", Convert.ToHexStringLower(output.AsSpan(0, 32)));
        Assert.Equal(20 + 12 + 24 + 8, length);
        // As a request, the fingerprint would be wrong: it covers the type.
        output[0] = 0;
        Assert.False(Stun.TryRead(output.AsSpan(0, length), out _));
    }

    [Fact]
    public void Every_changed_byte_is_noticed()
    {
        for (var at = 0; at < Signed; at++)
        {
            var changed = s_request.ToArray();
            changed[at] ^= 0x01;
            Assert.False(Stun.TryRead(changed, out var request) && Stun.IsSigned(request, s_password), $"byte {at}");
        }
    }

    [Fact]
    public void Errors_are_whole_messages()
    {
        Assert.True(Stun.TryRead(s_request, out var request));
        var output = new byte[Stun.MaxLength];
        var length = Stun.WriteRoleConflict(output, request, s_password);
        Assert.Equal((0x01, 0x11, length - 20), (output[0], output[1], (output[2] << 8) | output[3]));
        Assert.Equal("0009000400000457", Convert.ToHexStringLower(output.AsSpan(20, 8)));

        request.Unknown = (StunAttribute)0x7777;
        length = Stun.WriteUnknownAttribute(output, request, s_password);
        Assert.Equal(length - 20, (output[2] << 8) | output[3]);
        Assert.Equal("0009000400000414000a000277770000", Convert.ToHexStringLower(output.AsSpan(20, 16)));
    }

    [Fact]
    public void Garbage_is_refused_and_never_throws()
    {
        var random = new Random(5);
        for (var i = 0; i < 200_000; i++)
        {
            var datagram = s_request.ToArray().AsSpan(0, random.Next(s_request.Length + 1));
            for (var changes = random.Next(1, 6); changes > 0 && datagram.Length > 0; changes--)
                datagram[random.Next(datagram.Length)] ^= (byte)random.Next(1, 256);
            var isBelieved = Stun.TryRead(datagram, out var request) && Stun.IsSigned(request, s_password);
            Assert.True(!isBelieved || datagram[4..Signed].SequenceEqual(s_request.AsSpan(4..Signed)));
        }
    }
}
