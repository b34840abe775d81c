using Discord.IntegrationTests.Sites;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Discord.IntegrationTests.Api;

/// <summary>Tests that talk to the class's server over HTTP. Each makes its own people and guilds.</summary>
public abstract class ApiTests(Site site) : IAsyncLifetime
{
    private TestHost? _host;

    protected Site Site => site;

    /// <summary>The class's server: without rate limits.</summary>
    protected TestHost Host => _host!;

    public virtual async Task InitializeAsync() => _host = await site.SharedHostAsync(Replace);

    /// <summary>Puts other services in place of the server's own.</summary>
    protected virtual void Replace(IServiceCollection services)
    {
    }

    public Task DisposeAsync() => Task.CompletedTask;
}
