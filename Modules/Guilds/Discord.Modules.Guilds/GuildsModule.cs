using Discord.BuildingBlocks;
using Discord.Modules.Guilds.Home;
using Discord.Modules.Guilds.Invites;
using Discord.Modules.Guilds.Members;
using Discord.Modules.Guilds.ScheduledEvents;
using Discord.Modules.Guilds.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Discord.Modules.Guilds;

/// <summary>Guilds, channels, roles, overwrites, members, invites, bans, direct message channels; the permission engine.</summary>
public sealed class GuildsModule : IModule
{
    public string Name => "Guilds";

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(GuildsOptions.Read(configuration));
        services.AddSingleton<GuildStore>();
        services.AddSingleton<MemberStore>();
        services.AddSingleton<ThreadStore>();
        services.AddSingleton<GuildHomes>();
        services.AddSingleton<AuditLog.AuditLogStore>();
        services.AddSingleton<AuditLog.AuditTrail>();
        services.AddSingleton<AuditLog.AuditLogSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditLog.AuditLogSweep>());
        services.AddSingleton<AutoModeration.RuleConsequences>();
        services.AddSingleton<AutoModeration.ProfileGuard>();
        services.AddSingleton<InviteStore>();
        services.AddSingleton<ActivityStore>();
        services.AddSingleton<MfaGate>();
        services.AddSingleton<Pruning>();
        services.AddSingleton<Expressions.ExpressionShelf>();
        services.AddSingleton<Joins>();
        services.AddSingleton<InviteMaking>();
        services.AddSingleton<Departures>();
        services.AddSingleton<MemberWire>();
        services.AddSingleton<Bans.Banning>();
        services.AddSingleton<Verification>();
        services.AddSingleton<Threads.ThreadJoins>();
        services.AddSingleton<Threads.ThreadReading>();
        services.AddSingleton<Threads.ThreadEditing>();
        services.AddSingleton<EventStore>();
        services.AddSingleton<EventChanges>();
        services.AddSingleton<EventAccess>();
        services.AddSingleton<EventExceptions>();
        services.AddSingleton<EventUsers>();
        services.AddSingleton<EventClock>();
        services.AddHostedService(provider => provider.GetRequiredService<EventClock>());
        services.AddSingleton<Stages.StageChanges>();
        services.AddSingleton<Stages.EmptyRooms>();
        services.AddHostedService(provider => provider.GetRequiredService<Stages.EmptyRooms>());
        services.AddSingleton<Widgets.Widget>();
        services.AddSingleton<Members.VoiceModeration>();
        services.AddSingleton<Widgets.WidgetInvites>();
        services.AddSingleton<Onboarding.OnboardingStore>();
        services.AddSingleton<Screening.JoinRequestStore>();
        services.AddSingleton<Screening.JoinRequestWire>();
        services.AddSingleton<Integrations.IntegrationWire>();
        services.AddSingleton<Guilds.Founding>();
        services.AddSingleton<Templates.TemplateStore>();
        services.AddSingleton<Templates.TemplateAccess>();
        services.AddSingleton<DirectMessages.DirectMessageWire>();
        services.AddSingleton<DirectMessages.Reopening>();
        services.AddSingleton<DirectMessages.Reach>();
        services.AddSingleton<DirectMessages.Groups>();
    }
}

/// <summary>The section "Guilds" of the settings.</summary>
/// <param name="MembersInMemory">Guilds with at most this many members have all of them in memory; of larger ones so many, those that were looked at last.</param>
internal sealed record GuildsOptions(int MembersInMemory)
{
    public static GuildsOptions Read(IConfiguration section)
    {
        var inMemory = section.GetValue("MembersInMemory", 10_000);
        return inMemory >= 1000 ? new GuildsOptions(inMemory) : throw new InvalidOperationException("Guilds:MembersInMemory must be 1000 or more.");
    }
}
