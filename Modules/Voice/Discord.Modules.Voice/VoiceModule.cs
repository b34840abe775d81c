using Discord.BuildingBlocks;
using Discord.Modules.Voice.Calls;
using Discord.Modules.Voice.Effects;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Discord.Modules.Voice.States;
using Discord.Modules.Voice.Storage;
using Microsoft.AspNetCore.Routing;
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
        services.AddSingleton<SeatReviews>();
        services.AddSingleton<VoiceStateReading>();
        services.AddSingleton<StageSeats>();
        services.AddSingleton<IVoiceReports, VoiceReports>();
        services.AddSingleton<CallStore>();
        services.AddSingleton<RunningCalls>();
        services.AddSingleton<ICallLife>(provider => provider.GetRequiredService<RunningCalls>());
        services.AddSingleton<RingClock>();
        services.AddHostedService(provider => provider.GetRequiredService<RingClock>());
        services.AddSingleton<VoiceEffects>();
        services.AddSingleton<SignallingLimits>();
        services.AddSingleton<VoiceAddresses>();
        services.AddSingleton<VoiceServer>();
        services.AddSingleton<IVoiceServer>(provider => provider.GetRequiredService<VoiceServer>());
        services.AddSingleton<VoiceGateway>();
    }

    public void Map(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<VoiceGateway>().Map(routes);
}
