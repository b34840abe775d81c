using Discord.Modules.Voice.Browsers;
using Discord.Protocol;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Discord.UnitTests.Voice;

public class TurnServersTests
{
    [Fact]
    public void Everybody_gets_a_name_that_ends_and_its_password()
    {
        var server = Assert.Single(Read("turn:a.example:3478, turns:a.example:5349?transport=tcp", "north").For(new Snowflake(42)));
        Assert.Equal(["turn:a.example:3478", "turns:a.example:5349?transport=tcp"], server.Urls);
        Assert.Equal("86400:42", server.Username);
        // printf 86400:42 | openssl dgst -sha1 -hmac north -binary | base64
        Assert.Equal("XftYLS6ndtvzKwBkAD0FtDwD9a0=", server.Credential);
    }

    [Fact]
    public void Without_a_relay_there_is_none() => Assert.Empty(Read("", "").For(new Snowflake(1)));

    [Fact]
    public void A_carrier_takes_over_its_homes_relays_unless_it_has_its_own()
    {
        var (none, own) = (Read("", ""), Read("turn:near.example", "near"));
        foreach (var carrier in new[] { none, own })
            carrier.Adopt(Read("turn:a.example:3478", "north").Relays);
        Assert.Equal("XftYLS6ndtvzKwBkAD0FtDwD9a0=", Assert.Single(none.For(new Snowflake(42))).Credential);
        Assert.Equal(["turn:near.example"], Assert.Single(own.For(new Snowflake(42))).Urls);
    }

    [Theory]
    [InlineData("turn:a.example", "", "Secret")]
    [InlineData("stun:a.example", "s", "stun:a.example")]
    public void Half_a_configuration_is_refused_in_words(string urls, string secret, string said) =>
        Assert.Contains(said, Assert.Throws<InvalidOperationException>(() => Read(urls, secret)).Message, StringComparison.Ordinal);

    private static TurnServers Read(string urls, string secret) => TurnServers.Read(
        new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Urls"] = urls, ["Secret"] = secret }).Build(), new Epoch());

    private sealed class Epoch : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }
}
