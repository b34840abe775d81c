using System.Net;
using Discord.Host.Metrics;
using Microsoft.AspNetCore.Http;
using Xunit;

namespace Discord.UnitTests.Host;

/// <summary>Who counts as being on this machine.</summary>
public sealed class MetricsEndpointTests
{
    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:5000", true)]
    [InlineData("::1", "[::1]:5000", true)]
    [InlineData("::ffff:127.0.0.1", "localhost", true)]
    [InlineData("10.0.0.7", "127.0.0.1:5000", false)]
    [InlineData("172.17.0.1", "localhost:5000", false)]
    [InlineData("203.0.113.7", "localhost", false)]
    [InlineData(null, "localhost", false)]
    [InlineData("127.0.0.1", "chat.example.org", false)]
    [InlineData("127.0.0.1", "localhost.example.org", false)]
    [InlineData("127.0.0.1", "", false)]
    public void The_address_and_the_name_that_was_asked_for_decide(string? address, string host, bool isLocal)
    {
        var http = Request(address, host);

        Assert.Equal(isLocal, MetricsEndpoint.IsLocal(http));
    }

    [Theory, InlineData("X-Forwarded-For"), InlineData("x-forwarded-proto"), InlineData("X-Forwarded-Host"), InlineData("Forwarded"), InlineData("X-Real-IP"), InlineData("Via")]
    public void Nobody_who_comes_by_a_proxy_does(string header)
    {
        var http = Request("127.0.0.1", "127.0.0.1:5000");
        http.Request.Headers[header] = "127.0.0.1";

        Assert.False(MetricsEndpoint.IsLocal(http));
    }

    private static DefaultHttpContext Request(string? address, string host)
    {
        var http = new DefaultHttpContext();
        http.Connection.RemoteIpAddress = address is null ? null : IPAddress.Parse(address);
        http.Request.Host = new HostString(host);
        return http;
    }
}
