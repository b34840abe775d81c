using Discord.BuildingBlocks;
using Discord.Host.Cli;
using Discord.Modules.Guilds;
using Discord.Modules.Integrations;
using Discord.Modules.Media;
using Discord.Modules.Messaging;
using Discord.Modules.Notifications;
using Discord.Modules.Presence;
using Discord.Modules.Users;
using Discord.Modules.Voice;

namespace Discord.Host;

/// <summary>The one deployable: serves by default; the other commands work on the same data.</summary>
internal static class Program
{
    /// <summary>Every module of the product. A new one is a line here.</summary>
    public static IReadOnlyList<IModule> Modules { get; } =
    [
        new UsersModule(),
        new GuildsModule(),
        new MessagingModule(),
        new NotificationsModule(),
        new PresenceModule(),
        new IntegrationsModule(),
        new MediaModule(),
        new VoiceModule(),
    ];

    private static Task<int> Main(string[] args) => Commands.RunAsync(args);
}
