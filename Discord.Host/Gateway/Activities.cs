using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.Protocol;

namespace Discord.Host.Gateway;

/// <summary>What somebody does, as their client says it: kept are the known fields whose values are good; an activity without a good name or type is left out.</summary>
/// <remarks>Source: Discord docs, Gateway Events, "Activity Structure": bots set name, state, type and url only; a url belongs to streaming (1).</remarks>
internal static class Activities
{
    /// <summary>The type of a custom status.</summary>
    public const int Custom = 4;

    private const int MaxActivities = 10;
    private const int MaxText = 128;
    private const int MaxUrl = 512;
    private const int MaxButtons = 2;
    private const int MaxButtonText = 32;
    private const int Streaming = 1;
    private const int Competing = 5;

    /// <param name="activities">An array; anything else is no activity.</param>
    /// <param name="now">Unix milliseconds.</param>
    public static IReadOnlyList<JsonElement> Read(JsonElement activities, bool isBot, long now) =>
        activities.ValueKind != JsonValueKind.Array ? [] : [.. activities.EnumerateArray().Take(MaxActivities).Select(activity => ReadOne(activity, isBot, now)).OfType<JsonObject>().Select(ToElement)];

    /// <summary>The custom status that a user's settings hold.</summary>
    public static IReadOnlyList<JsonElement> OfSettings(JsonNode? customStatus, DateTimeOffset now)
    {
        if (customStatus is not JsonObject status)
            return [];
        if (status["expires_at"] is JsonValue expires && expires.TryGetValue(out string? text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) && end <= now)
            return [];
        var activity = new JsonObject { ["name"] = "Custom Status", ["type"] = Custom };
        if (status["text"] is { } state)
            activity["state"] = state.DeepClone();
        if (status["emoji_name"] is { } emoji)
            activity["emoji"] = new JsonObject { ["name"] = emoji.DeepClone(), ["id"] = status["emoji_id"]?.DeepClone() };
        return Read(new JsonArray(activity).Deserialize<JsonElement>(), isBot: false, now.ToUnixTimeMilliseconds());
    }

    private static JsonObject? ReadOne(JsonElement given, bool isBot, long now)
    {
        if (given.ValueKind != JsonValueKind.Object || Text(given, "name", MaxText) is not { } name)
            return null;
        var type = given.TryGetProperty("type", out var kind) ? GatewayProtocol.TryInt(kind, out var number) ? number : -1 : 0;
        if (type is < 0 or > Competing)
            return null;
        var activity = new JsonObject { ["id"] = type == Custom ? "custom" : Id(name, type), ["name"] = name, ["type"] = type, ["created_at"] = now };
        Copy(activity, given, "state", MaxText);
        if (type == Streaming && Text(given, "url", MaxUrl) is { } url && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            activity["url"] = url;
        if (!isBot)
            ReadOfPeople(activity, given);
        // Only a custom status may say nothing but an emoji, and it says something.
        return type == Custom && !activity.ContainsKey("state") && !activity.ContainsKey("emoji") ? null : activity;
    }

    private static void ReadOfPeople(JsonObject activity, JsonElement given)
    {
        Copy(activity, given, "details", MaxText);
        foreach (var text in (ReadOnlySpan<string>)["platform", "session_id", "sync_id"])
            Copy(activity, given, text, MaxText);
        if (given.TryGetProperty("application_id", out var application) && GatewayProtocol.TryId(application) is { } id)
            activity["application_id"] = id.ToString();
        if (given.TryGetProperty("flags", out var flags) && GatewayProtocol.TryInt(flags, out var bits))
            activity["flags"] = bits;
        if (Part(given, "timestamps") is { } timestamps)
            Add(activity, "timestamps", timestamps, ["start", "end"], (into, value, name) => CopyTime(into, value, name));
        if (Part(given, "assets") is { } assets)
            Add(activity, "assets", assets, ["large_image", "large_text", "small_image", "small_text"], (into, value, name) => Copy(into, value, name, MaxUrl));
        if (Part(given, "party") is { } party)
            Add(activity, "party", party, ["id", "size"], CopyParty);
        if (Part(given, "emoji") is { } emoji && Text(emoji, "name", MaxText) is { } name)
            activity["emoji"] = Emoji(emoji, name);
        if (given.TryGetProperty("buttons", out var buttons) && buttons.ValueKind == JsonValueKind.Array)
        {
            var labels = buttons.EnumerateArray().Take(MaxButtons).Where(button => button.ValueKind == JsonValueKind.String && button.GetString() is { Length: > 0 and <= MaxButtonText }).Select(button => (JsonNode)button.GetString()!).ToArray();
            if (labels.Length > 0)
                activity["buttons"] = new JsonArray(labels);
        }
    }

    private static JsonObject Emoji(JsonElement given, string name)
    {
        var emoji = new JsonObject { ["name"] = name };
        if (given.TryGetProperty("id", out var id) && GatewayProtocol.TryId(id) is { } custom)
        {
            emoji["id"] = custom.ToString();
            emoji["animated"] = given.TryGetProperty("animated", out var animated) && animated.ValueKind == JsonValueKind.True;
        }

        return emoji;
    }

    private static void Add(JsonObject activity, string name, JsonElement given, string[] fields, Action<JsonObject, JsonElement, string> copy)
    {
        var part = new JsonObject();
        foreach (var field in fields)
            copy(part, given, field);
        if (part.Count > 0)
            activity[name] = part;
    }

    private static void CopyParty(JsonObject party, JsonElement given, string name)
    {
        if (name == "id")
            Copy(party, given, name, MaxText);
        else if (given.TryGetProperty(name, out var size) && size.ValueKind == JsonValueKind.Array && size.GetArrayLength() == 2 && GatewayProtocol.TryInt(size[0], out var current) && GatewayProtocol.TryInt(size[1], out var max))
            party[name] = new JsonArray(current, max);
    }

    private static void CopyTime(JsonObject times, JsonElement given, string name)
    {
        if (given.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var time) && time is >= 0 and <= 8.64e15)
            times[name] = (long)time;
    }

    private static void Copy(JsonObject activity, JsonElement given, string name, int maxLength)
    {
        if (Text(given, name, maxLength) is { } text)
            activity[name] = text;
    }

    private static JsonElement? Part(JsonElement given, string name) => given.TryGetProperty(name, out var part) && part.ValueKind == JsonValueKind.Object ? part : null;

    private static string? Text(JsonElement given, string name, int maxLength) =>
        GatewayProtocol.TryText(given, name, out var text) && text.Length is > 0 && text.Length <= maxLength ? text : null;

    // The same activity has the same id in each update.
    private static string Id(string name, int type)
    {
        var hash = 14_695_981_039_346_656_037UL ^ (ulong)type;
        foreach (var letter in name)
            hash = (hash ^ letter) * 1_099_511_628_211UL;
        return hash.ToString("x", CultureInfo.InvariantCulture);
    }

    private static JsonElement ToElement(JsonObject activity) => activity.Deserialize<JsonElement>(ProtocolJson.Options);
}
