using System.Net;
using System.Net.Sockets;
using Discord.Modules.Voice;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Signalling;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Discord.UnitTests.Voice;

/// <summary>What the settings of voice are taken for, and what is said of those that are wrong.</summary>
public sealed class VoiceOptionsTests
{
    [Theory]
    [InlineData("Port", "65001", "Voice:Port is '65001'; it must be a number from 0 to 65000.")]
    [InlineData("Port", "-1", "Voice:Port is '-1'; it must be a number from 0 to 65000.")]
    [InlineData("Threads", "0", "Voice:Threads is '0'; it must be a number from 1 to 64.")]
    [InlineData("Threads", "65", "Voice:Threads is '65'; it must be a number from 1 to 64.")]
    [InlineData("Region", "", "Voice:Region is ''; it must be one name of letters, digits and hyphens, 100 at most.")]
    [InlineData("Region", "eu west,us", "Voice:Region is 'eu west,us'; it must be one name of letters, digits and hyphens, 100 at most.")]
    [InlineData("Region", "a,b;;", "Voice:Region is 'a,b;;'; it must be one name of letters, digits and hyphens, 100 at most.")]
    [InlineData("Bind", "::1", "Voice:Bind is '::1'; it must be an IPv4 address: clients of Discord's voice protocol know no other.")]
    [InlineData("Home", "10.0.0.1:5000", "Voice:Home is '10.0.0.1:5000'; it must be an address as http://10.0.0.1:5000 or https://chat.example.org.")]
    public void What_cannot_be_is_refused_in_words(string key, string value, string words) =>
        Assert.Equal(words, Assert.Throws<InvalidOperationException>(() => Read((key, value))).Message);

    [Fact]
    public void What_is_at_the_limits_is_taken()
    {
        Assert.Equal((0, 65_000, 64), (Read(("Port", "0")).Port, Read(("Port", "65000")).Port, Read(("Threads", "64")).Threads));
        Assert.Equal(("local", "eu-west-1"), (Read().Region, Read(("Region", "eu-west-1")).Region));
    }

    [Theory]
    [InlineData("chat.example.org", "chat.example.org/voice")]
    [InlineData("chat.example.org:8443/", "chat.example.org:8443/voice")]
    [InlineData("chat.example.org/talk", "chat.example.org/talk")]
    [InlineData("", null)]
    public void An_endpoint_without_a_path_has_the_usual_one(string given, string? endpoint) => Assert.Equal(endpoint, Read(("Endpoint", given)).Endpoint);

    [Theory]
    [InlineData("", "127.0.0.1", false)]
    [InlineData("", "0.0.0.0", true)]
    [InlineData("5004", "127.0.0.1", true)]
    [InlineData("0", "0.0.0.0", false)]
    public void A_port_that_was_chosen_or_that_others_come_to_is_that_port(string port, string bind, bool isFixed) =>
        Assert.Equal(isFixed, Read(("Port", port), ("Bind", bind)).IsPortFixed);

    [Fact]
    public async Task A_taken_udp_port_moves_when_nobody_chose_it_and_is_refused_when_somebody_did()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        var chosen = Read(("Port", $"{port}"));
        using var refused = new Sfu(chosen, NullLogger<Sfu>.Instance);
        Assert.Equal($"UDP port {port} is taken by another program; choose another by Voice:Port.", (await Assert.ThrowsAsync<InvalidOperationException>(() => refused.StartAsync(CancellationToken.None))).Message);

        using var moved = new Sfu(chosen with { IsPortFixed = false }, NullLogger<Sfu>.Instance);
        await moved.StartAsync(CancellationToken.None);
        Assert.NotEqual(port, Assert.Single(moved.Threads).Port);
    }

    [Fact]
    public async Task An_address_of_another_machine_is_refused_even_when_the_port_may_move()
    {
        // Of those set aside for documents.
        using var sfu = new Sfu(Read(("Bind", "192.0.2.7"), ("Port", "0")), NullLogger<Sfu>.Instance);
        Assert.Equal("Voice:Bind is 192.0.2.7, which is no address of this machine.", (await Assert.ThrowsAsync<InvalidOperationException>(() => sfu.StartAsync(CancellationToken.None))).Message);
    }

    [Theory, InlineData(true), InlineData(false)]
    public async Task A_taken_tcp_port_is_refused_when_the_port_was_chosen_and_done_without_when_not(bool isFixed)
    {
        using var sfu = MediaClient.Start();
        var port = sfu.Threads[0].Port;
        using var other = new TcpListener(IPAddress.Loopback, port);
        other.Start();
        using var browsers = new IceTcp(Read() with { IsPortFixed = isFixed }, sfu, null!, TimeProvider.System, NullLogger<IceTcp>.Instance);
        var start = browsers.StartAsync;
        if (isFixed)
            Assert.Equal($"TCP port {port} is taken by another program; choose another by Voice:Port.", (await Assert.ThrowsAsync<InvalidOperationException>(() => start(CancellationToken.None))).Message);
        else
            await start(CancellationToken.None);
    }

    [Theory]
    [InlineData("chat.example.org", "172.17.0.2", "https://0.0.0.0:5443", "Voice: clients are told wss://chat.example.org/voice, and to send packets to 172.17.0.2, which the Internet does not reach: nobody from there will be heard. Set Voice:PublicAddress.")]
    [InlineData("203.0.113.7:8443/voice", "127.0.0.1", "https://127.0.0.1:5443", "Voice: clients are told wss://203.0.113.7:8443/voice, and to send packets to 127.0.0.1, which the Internet does not reach: nobody from there will be heard. Set Voice:PublicAddress.")]
    [InlineData("", "127.0.0.1", "http://127.0.0.1:5080", "Voice: clients are told wss://127.0.0.1:5080/voice, but this server has no https listener. A proxy has to end TLS there; Voice:Endpoint names another address.")]
    [InlineData("chat.example.org", "198.51.100.4", "http://127.0.0.1:5080", null)]
    [InlineData("chat.lan", "192.168.1.4", "http://127.0.0.1:5080", null)]
    [InlineData("", "192.168.1.4", "https://0.0.0.0:5443", null)]
    [InlineData("", "127.0.0.1", "https://[::1]:5443", null)]
    [InlineData("", "127.0.0.1", "https://localhost:5443", null)]
    public void What_will_keep_people_from_being_heard_is_said(string endpoint, string media, string listener, string? doubt) =>
        Assert.Equal(doubt is null ? [] : [doubt], VoiceAddresses.Doubts(Read(("Endpoint", endpoint)), [BindingAddress.Parse(listener)], IPAddress.Parse(media)));

    [Fact]
    public void The_doctor_says_what_clients_are_told_and_which_ports_are_taken()
    {
        using var other = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)other.LocalEndPoint!).Port;
        Assert.Equal(
            [
                (false, $"UDP port {port} is taken by another program; choose another by Voice:Port."),
                (true, $"Voice: TCP port {port} of 127.0.0.1 is free."),
                (true, $"Voice: clients are told wss://localhost:5443/voice, and to send packets to 127.0.0.1:{port}."),
            ],
            VoiceModule.Examine(Section(("Port", $"{port}")), [BindingAddress.Parse("http://localhost:5000"), BindingAddress.Parse("https://localhost:5443")]));
        Assert.Equal((false, "Voice:Port is 'x'; it must be a number from 0 to 65000."), Assert.Single(VoiceModule.Examine(Section(("Port", "x")), [])));
    }

    private static VoiceOptions Read(params (string Key, string Value)[] settings) => VoiceOptions.Read(Section(settings));

    private static IConfiguration Section(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
