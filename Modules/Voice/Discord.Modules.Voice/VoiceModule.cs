using Discord.BuildingBlocks;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.States;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Voice;

/// <summary>Who is in voice, the voice gateway, and the SFU that carries the packets.</summary>
public sealed class VoiceModule : IModule
{
    public string Name => "Voice";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(VoiceOptions.Read(configuration));
        services.AddSingleton<Sfu>();
        services.AddHostedService(provider => provider.GetRequiredService<Sfu>());
        services.AddSingleton<IVoicePlacement, VoicePlacement>();
        services.AddSingleton<VoiceRosters>();
        services.AddSingleton<VoiceFeed>();
        services.AddSingleton<VoiceChanges>();
        services.AddSingleton<IVoiceReports, VoiceReports>();
    }
}
