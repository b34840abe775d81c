using System.Net.Sockets;
using Discord.BuildingBlocks;
using Discord.Modules.Voice.Browsers;
using Discord.Modules.Voice.Calls;
using Discord.Modules.Voice.Effects;
using Discord.Modules.Voice.Media;
using Discord.Modules.Voice.Servers;
using Discord.Modules.Voice.Signalling;
using Discord.Modules.Voice.States;
using Discord.Modules.Voice.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Discord.Modules.Voice;

/// <summary>Who is in voice, the voice gateway, and the SFU that carries the packets.</summary>
public sealed class VoiceModule : IModule
{
    public string Name => "Voice";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        AddServer(services, configuration);
        services.AddSingleton<IVoicePlacement>(provider => new VoicePlacement([provider.GetRequiredService<VoiceServer>()]));
        services.AddSingleton<VoiceLinks>();
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
    }

    public void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        MapServer(routes);
        services.GetRequiredService<VoiceLinks>().Map(routes);
        services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(services.GetRequiredService<VoiceServer>().Stop);
    }

    /// <summary>What a process needs that only carries voice for another (<c>--role voice</c>). Needs Voice:Home and Voice:Secret.</summary>
    /// <param name="configuration">The section "Voice".</param>
    public static void AddCarrier(IServiceCollection services, IConfiguration configuration)
    {
        AddServer(services, configuration);
        services.AddSingleton<HomeLink>();
        services.AddHostedService(provider => provider.GetRequiredService<HomeLink>());
        services.AddSingleton<IVoiceReports>(provider => provider.GetRequiredService<HomeLink>());
    }

    /// <summary>Whether a carrier's home is linked to it and sends people: not before, and not while it drains.</summary>
    public static bool IsServing(IServiceProvider services) => services.GetRequiredService<HomeLink>().IsServing;

    /// <summary>Before a carrier stops: whom it carries goes to another server.</summary>
    public static Task DrainAsync(IServiceProvider services) => services.GetRequiredService<HomeLink>().DrainAsync();

    /// <summary>What of the settings and this machine keeps voice from working, and what clients would be told: for the command <c>doctor</c>, before a start.</summary>
    /// <param name="configuration">The section "Voice".</param>
    /// <param name="listeners">What the host would listen on.</param>
    public static IReadOnlyList<(bool IsGood, string Words)> Examine(IConfiguration configuration, IReadOnlyCollection<BindingAddress> listeners)
    {
        try
        {
            var options = VoiceOptions.Read(configuration);
            var media = Sfu.AddressOf(options);
            List<(bool, string)> findings = [];
            foreach (var port in Enumerable.Range(options.Port, options.Port == 0 ? 1 : options.Threads))
            {
                Try(ProtocolType.Udp, port, () => DatagramPort.Open(options.Bind, port, isPortable: true).Dispose());
                Try(ProtocolType.Tcp, port, () =>
                {
                    using var listener = new TcpListener(options.Bind, port);
                    listener.Start();
                });
            }

            findings.Add((true, $"Voice: clients are told wss://{VoiceAddresses.EndpointOf(options, listeners, media)}, and to send packets to {media}:{options.Port}."));
            findings.AddRange(VoiceAddresses.Doubts(options, listeners, media).Select(doubt => (false, doubt)));
            return findings;

            void Try(ProtocolType protocol, int port, Action open)
            {
                try
                {
                    open();
                    findings.Add((true, $"Voice: {protocol.ToString().ToUpperInvariant()} port {port} of {options.Bind} is free."));
                }
                catch (SocketException failure)
                {
                    findings.Add((false, options.Refusal(protocol, port, failure.SocketErrorCode).Message));
                }
            }
        }
        catch (InvalidOperationException refused)
        {
            return [(false, refused.Message)];
        }
    }

    /// <summary>Maps the voice gateway.</summary>
    public static void MapServer(IEndpointRouteBuilder routes) => routes.ServiceProvider.GetRequiredService<VoiceGateway>().Map(routes);

    // Signalling and packets: the same in every process that carries voice.
    private static void AddServer(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(VoiceOptions.Read(configuration));
        services.AddSingleton<Sfu>();
        services.AddHostedService(provider => provider.GetRequiredService<Sfu>());
        services.AddSingleton<IDtls, BouncyDtls>();
        services.AddSingleton(provider => TurnServers.Read(configuration.GetSection("Turn"), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<BrowserPaths>();
        services.AddSingleton<IBrowserPaths>(provider => provider.GetRequiredService<BrowserPaths>());
        services.AddSingleton<IBrowserTransport>(provider => provider.GetRequiredService<BrowserPaths>());
        services.AddHostedService<IceTcp>();
        services.AddSingleton<SignallingLimits>();
        services.AddSingleton<VoiceAddresses>();
        services.AddSingleton<VoiceServer>();
        services.AddSingleton<VoiceGateway>();
    }
}
