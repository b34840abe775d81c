using Discord.BuildingBlocks;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Presence;

/// <summary>Who is online and what they do. In memory only: a restart forgets it and clients say it again.</summary>
public sealed class PresenceModule : IModule
{
    public string Name => "Presence";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        // Its one class answers the contract's requests, and is found by them.
    }
}
