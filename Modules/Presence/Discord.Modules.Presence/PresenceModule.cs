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
        services.AddSingleton(PresenceOptions.Read(configuration));
        services.AddSingleton<OnlineMembers>();
        services.AddSingleton<PresenceFeed>();
    }
}

/// <summary>The section "Presence" of the settings.</summary>
/// <param name="BatchAbove">In guilds with more members online than this, presence goes out every <paramref name="BatchEvery"/>.</param>
internal sealed record PresenceOptions(int BatchAbove, TimeSpan BatchEvery)
{
    public static PresenceOptions Read(IConfiguration section)
    {
        var (above, seconds) = (section.GetValue("BatchAbove", 1000), section.GetValue("BatchEverySeconds", 5.0));
        if (above < 0)
            throw new InvalidOperationException("Presence:BatchAbove must be 0 or more.");
        return seconds is > 0 and <= 60 ? new PresenceOptions(above, TimeSpan.FromSeconds(seconds)) : throw new InvalidOperationException("Presence:BatchEverySeconds must be more than 0 and at most 60.");
    }
}
