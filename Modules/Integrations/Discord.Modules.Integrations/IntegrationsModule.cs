using Discord.BuildingBlocks;
using Discord.Modules.Integrations.Applications;
using Discord.Modules.Integrations.OAuth2;
using Discord.Modules.Integrations.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Integrations;

/// <summary>Applications, their bots, and adding bots to guilds by consent.</summary>
public sealed class IntegrationsModule : IModule
{
    public string Name => "Integrations";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ApplicationStore>();
        services.AddSingleton<ApplicationEmojiStore>();
        services.AddSingleton<ApplicationWire>();
        services.AddSingleton<ApplicationChange>();
        services.AddSingleton<BotAuthorization>();
    }
}
