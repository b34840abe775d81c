using System.Net;
using System.Net.Sockets;
using Discord.Host;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace Discord.UnitTests.Host;

public sealed class SettingsTests
{
    [Fact]
    public void A_slip_of_the_pen_is_told_and_what_is_no_business_of_ours_is_not() => Assert.Equal(
        ["Users:Registrations", "Voice:Prot", "Voice:Turn:Url"],
        Settings.Unknown(Configuration(("Voice:Prot", "1"), ("voice:port", "1"), ("Voice:Turn:Url", "turn:a"), ("Users:Registrations", "open"), ("Listen:Urls", "http://127.0.0.1:0"),
            ("Serilog:MinimumLevel:Override:Npgsql", "Warning"), ("Home", "/root"), ("NODE", "/usr/bin/node"))).Order());

    [Fact]
    public void What_is_shipped_is_known() =>
        Assert.Empty(Settings.Unknown(new ConfigurationBuilder().AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json")).Build()));

    [Theory]
    [InlineData("https://chat.example.org/", "", "chat.example.org/voice")]
    [InlineData("https://chat.example.org", "voice.example.org/voice", "voice.example.org/voice")]
    [InlineData("http://chat.example.org", "", "")]
    public void The_voice_gateway_is_behind_the_same_proxy(string url, string endpoint, string told)
    {
        var configuration = Configuration(("PublicUrl", url), ("Voice:Endpoint", endpoint));
        Settings.Complete(configuration);
        Assert.Equal(told, configuration["Voice:Endpoint"]);
    }

    [Fact]
    public void A_listener_that_cannot_be_is_told_in_words()
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = $"http://127.0.0.1:{((IPEndPoint)other.LocalEndpoint).Port}";
        Assert.Equal($"{taken} is taken by another program; choose another with --urls.", Listeners.WhyNot(BindingAddress.Parse(taken)));
        Assert.Equal("http://192.0.2.7:5000 is no address of this machine; choose another with --urls.", Listeners.WhyNot(BindingAddress.Parse("http://192.0.2.7:5000")));
        Assert.Null(Listeners.WhyNot(BindingAddress.Parse("https://localhost:0")));
        Assert.Equal("'abc' is no address to listen on; it must be as http://127.0.0.1:5000.", Assert.Throws<InvalidOperationException>(() => Listeners.Of(Configuration(("Listen:Urls", "abc")))).Message);
    }

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
