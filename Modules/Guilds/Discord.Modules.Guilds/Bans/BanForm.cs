using Discord.BuildingBlocks.Api;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Bans;

/// <summary>What a ban asks for beside whom: how far back messages are deleted, and why.</summary>
/// <remarks>
/// Source: Discord docs, Resources, Guild, "Create Guild Ban"; the reason comes percent-encoded in X-Audit-Log-Reason, from older libraries as "reason".
/// </remarks>
internal sealed record BanForm(TimeSpan DeleteMessages, string? Reason)
{
    private const int MaxSeconds = 604_800;
    private const int SecondsPerDay = 86_400;

    public static BanForm Read(Form form, ApiRequest request)
    {
        var seconds = form.Int("delete_message_seconds", 0, MaxSeconds) ?? form.Int("delete_message_days", 0, 7) * SecondsPerDay ?? 0;
        var reason = form.String("reason", 0, ApiRequest.MaxReasonLength, nullable: true);
        return new BanForm(TimeSpan.FromSeconds(seconds), request.Reason ?? (string.IsNullOrWhiteSpace(reason) ? null : reason));
    }
}
