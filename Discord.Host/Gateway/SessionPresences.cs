using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Modules.Presence.Contracts;
using Discord.Modules.Users.Contracts;
using MediatR;

namespace Discord.Host.Gateway;

/// <summary>What a session says of its user: in IDENTIFY, by op 3, and again after RESUME.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Update Presence"; protocol.md 3.8.</remarks>
internal sealed class SessionPresences(IMediator mediator, GatewayLimits limits)
{
    /// <summary>Changes by op 3 in twenty seconds; more are passed over.</summary>
    private const int MaxChanges = 5;

    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(20);

    /// <summary>The presence inside IDENTIFY; people who send none get the status that their settings hold.</summary>
    public async ValueTask IdentifyAsync(GatewaySession session, JsonElement identify, JsonObject? settings, CancellationToken cancellationToken)
    {
        var given = identify.TryGetProperty("presence", out var presence) && presence.ValueKind == JsonValueKind.Object ? presence : default;
        var status = given.ValueKind == JsonValueKind.Object && GatewayProtocol.TryText(given, "status", out var asked) && IsStatus(asked) ? asked : null;
        var activities = given.ValueKind == JsonValueKind.Object && given.TryGetProperty("activities", out var list) ? Read(session, list) : [];
        if (settings is not null)
        {
            status ??= settings["status"] is JsonValue stored && stored.TryGetValue(out string? text) && IsStatus(text) ? text : null;
            if (activities.Count == 0)
                activities = Activities.OfSettings(settings["custom_status"], limits.Clock.GetUtcNow());
        }

        // Some libraries identify with "offline" as a default, and mean online.
        status = status is null or "offline" ? "online" : status;
        await SetAsync(session, new SetSessionPresence(session.UserId, session.Id, status, activities, ClientOf(identify, session.Options.IsBot), session.Options.IsBot), cancellationToken);
    }

    /// <summary>Op 3.</summary>
    /// <returns>False when it is malformed.</returns>
    public async ValueTask<bool> UpdateAsync(GatewaySession session, JsonElement d, CancellationToken cancellationToken)
    {
        if (d.ValueKind != JsonValueKind.Object || !GatewayProtocol.TryText(d, "status", out var status) || !IsStatus(status))
            return false;
        if (session.Presence is not { } before || !TryTake(session))
            return true;
        var activities = d.TryGetProperty("activities", out var list) ? Read(session, list) : [];
        await SetAsync(session, before with { Status = status, Activities = activities }, cancellationToken);
        return true;
    }

    /// <summary>The user chose a status or a custom status in their settings.</summary>
    /// <param name="changed">The settings that were changed.</param>
    public async ValueTask FollowSettingsAsync(GatewaySession session, JsonObject changed)
    {
        if (session is not { PresenceEnded: false, Presence: { } presence })
            return;
        if (changed["status"] is JsonValue stored && stored.TryGetValue(out string? status) && IsStatus(status))
            presence = presence with { Status = status };
        if (changed.ContainsKey("custom_status"))
        {
            var others = presence.Activities.Where(activity => activity.GetProperty("type").GetInt32() != Activities.Custom);
            presence = presence with { Activities = [.. Activities.OfSettings(changed["custom_status"], limits.Clock.GetUtcNow()), .. others] };
        }

        if (presence != session.Presence)
            await SetAsync(session, presence, CancellationToken.None);
    }

    /// <summary>The session is back: it shows what it showed.</summary>
    public async ValueTask ResumeAsync(GatewaySession session)
    {
        if (session is { PresenceEnded: true, Presence: { } before })
            await SetAsync(session, before, CancellationToken.None);
    }

    private async ValueTask SetAsync(GatewaySession session, SetSessionPresence presence, CancellationToken cancellationToken)
    {
        session.PresenceEnded = false;
        session.Presence = presence;
        await mediator.Send(presence, cancellationToken);
        // It ended meanwhile: nobody would take this back.
        if (session.IsEnded)
            await mediator.Send(new EndSessionPresence(session.UserId, session.Id), cancellationToken);
    }

    private IReadOnlyList<JsonElement> Read(GatewaySession session, JsonElement activities) => Activities.Read(activities, session.Options.IsBot, limits.Clock.GetUtcNow().ToUnixTimeMilliseconds());

    private bool TryTake(GatewaySession session)
    {
        var changes = session.PresenceChanges ??= new Queue<long>();
        while (changes.TryPeek(out var at) && limits.Clock.GetElapsedTime(at) >= s_window)
            changes.Dequeue();
        if (changes.Count >= MaxChanges)
            return false;
        changes.Enqueue(limits.Clock.GetTimestamp());
        return true;
    }

    private static bool IsStatus(string? status) => status is "online" or "idle" or "dnd" or "invisible" or "offline";

    private static SessionClient ClientOf(JsonElement identify, bool isBot)
    {
        if (isBot || !identify.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object)
            return new SessionClient("web", "other");
        var browser = GatewayProtocol.TryText(properties, "browser", out var name) || GatewayProtocol.TryText(properties, "$browser", out name) ? name : "";
        var os = GatewayProtocol.TryText(properties, "os", out name) || GatewayProtocol.TryText(properties, "$os", out name) ? name : "";
        return new SessionClient(
            browser switch { "Discord Android" or "Discord iOS" => "mobile", "Discord Client" => "desktop", _ => "web" },
            os.ToUpperInvariant() switch { "WINDOWS" => "windows", "MAC OS X" or "OSX" or "MACOS" => "osx", "LINUX" => "linux", "ANDROID" => "android", "IOS" => "ios", _ => "other" });
    }
}
