using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Protocol;

namespace Discord.Host.Gateway;

/// <summary>READY for clients that want each user once: users in one list, named by their ids elsewhere; members and presences out of the guilds.</summary>
/// <remarks>Source: protocol.md 3.4: the capabilities DEDUPE_USER_OBJECTS and PRIORITIZED_READY_PAYLOAD.</remarks>
internal static class ReadyMerging
{
    private const int Dedupe = 1 << 4;
    private const int Prioritized = 1 << 5;

    public static bool Asked(int capabilities) => (capabilities & Dedupe) != 0;

    /// <returns>READY, and READY_SUPPLEMENTAL when it was asked for.</returns>
    public static IReadOnlyList<DispatchPayload> Write(Dictionary<string, object?> fields, IReadOnlyList<byte[]> guilds, int capabilities)
    {
        var users = new Dictionary<string, JsonNode>();
        var bodies = guilds.Select(guild => JsonNode.Parse(guild)!.AsObject()).ToList();
        var members = new JsonArray([.. bodies.Select(guild => List(Take(guild, "members"), member => Name(member, users)))]);
        var guildPresences = new JsonArray([.. bodies.Select(guild => List(Take(guild, "presences"), presence => Name(presence, null)))]);
        var friendPresences = List(Node(fields["presences"]), presence => Name(presence, null));
        var presences = new JsonObject { ["guilds"] = guildPresences, ["friends"] = friendPresences };
        fields["private_channels"] = List(Node(fields["private_channels"]), channel =>
        {
            var recipients = List(Take(channel, "recipients"), user => Remember(user, users));
            channel["recipient_ids"] = recipients;
        });
        fields["relationships"] = List(Node(fields["relationships"]), relationship => Name(relationship, users));
        fields.Remove("presences");

        var isLater = (capabilities & Prioritized) != 0;
        // The own member belongs to READY, whatever comes later.
        fields["merged_members"] = members;
        if (!isLater)
            fields["merged_presences"] = presences;
        fields["users"] = new JsonArray([.. users.Values]);
        var ready = Ready.Write(fields, bodies.Select(guild => JsonSerializer.SerializeToUtf8Bytes(guild, ProtocolJson.Options)));
        if (!isLater)
            return [new DispatchPayload("READY", ready, isShared: false)];
        var supplemental = new JsonObject
        {
            ["guilds"] = new JsonArray([.. bodies.Select(guild => new JsonObject { ["id"] = guild["id"]!.DeepClone(), ["voice_states"] = guild["voice_states"]?.DeepClone() ?? new JsonArray(), ["embedded_activities"] = new JsonArray() })]),
            ["merged_members"] = new JsonArray([.. bodies.Select(_ => new JsonArray())]),
            ["merged_presences"] = presences,
            ["lazy_private_channels"] = new JsonArray(),
            ["disclose"] = new JsonArray(),
        };
        return [new DispatchPayload("READY", ready, isShared: false), new DispatchPayload("READY_SUPPLEMENTAL", JsonSerializer.SerializeToUtf8Bytes(supplemental, ProtocolJson.Options), isShared: false)];
    }

    private static JsonNode? Node(object? value) => JsonSerializer.SerializeToNode(value, value?.GetType() ?? typeof(object), ProtocolJson.Options);

    private static JsonNode? Take(JsonObject from, string name)
    {
        var value = from[name];
        from.Remove(name);
        return value;
    }

    private static JsonArray List(JsonNode? items, Action<JsonObject> change)
    {
        var list = items as JsonArray ?? [];
        foreach (var item in list)
            change(item!.AsObject());
        return list;
    }

    private static JsonArray List(JsonNode? items, Func<JsonObject, string> change) => new([.. (items as JsonArray ?? []).Select(item => (JsonNode)change(item!.AsObject()))]);

    // The id in the place of the user.
    private static void Name(JsonObject holder, Dictionary<string, JsonNode>? users)
    {
        if (Take(holder, "user") is JsonObject user)
            holder["user_id"] = users is null ? (string)user["id"]! : Remember(user, users);
    }

    private static string Remember(JsonObject user, Dictionary<string, JsonNode> users)
    {
        var id = (string)user["id"]!;
        users.TryAdd(id, user.DeepClone());
        return id;
    }
}
