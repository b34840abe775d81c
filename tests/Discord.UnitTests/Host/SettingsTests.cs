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
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("127.0.0.1:5000")]
    [InlineData("ftp://127.0.0.1:5000")]
    [InlineData("HTTPS://127.0.0.1:5000")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1:http")]
    [InlineData("http://127.0.0.1:5000/chat")]
    [InlineData("http://unix:/run/chat.sock")]
    public void What_is_no_address_is_not_listened_on_in_some_other_way(string url) =>
        Assert.Equal($"'{url}' is no address to listen on; it must be as http://127.0.0.1:5000.", Assert.Throws<InvalidOperationException>(() => Listeners.Of(Configuration(("Listen:Urls", url)))).Message);

    [Fact]
    public void Addresses_are_taken_as_they_are_given()
    {
        string[] urls = ["http://127.0.0.1:0", "https://[::1]:65535", "http://*:80", "http://chat_1.example.org:5000", "https://localhost:5443"];
        Assert.Equal(urls, Listeners.Of(Configuration(("Listen:Urls", $"{string.Join(" ; ", urls)}/;"))).Select(address => address.ToString()));
        Assert.Equal(["http://127.0.0.1:5000"], Listeners.Of(Configuration(("Listen:Http", "http://127.0.0.1:5000"), ("Listen:Https", ""))).Select(address => address.ToString()));
        Assert.StartsWith("There is no address to listen on", Assert.Throws<InvalidOperationException>(() => Listeners.Of(Configuration(("Listen:Http", ""), ("Listen:Https", "")))).Message, StringComparison.Ordinal);
    }

    [Theory, InlineData("PublicUrl", "chat.example.org"), InlineData("PublicUrl", "wss://chat.example.org"), InlineData("Media:PublicUrl", "/files"), InlineData("PublicUrl", "localhost:5000")]
    public void An_address_that_clients_could_not_be_told_is_refused(string key, string url) =>
        Assert.Equal($"{key} is '{url}'; it must be as https://chat.example.org.", Assert.Throws<InvalidOperationException>(() => Settings.Complete(Configuration((key, url)))).Message);

    private static IConfigurationRoot Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
