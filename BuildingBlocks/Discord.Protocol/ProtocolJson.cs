using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Discord.Protocol;

/// <summary>How Discord's objects are written: snake case, optional fields left out when absent, ids as strings.</summary>
/// <remarks>
/// Optional fields MUST be omitted rather than null, unless Discord marks them nullable: such fields carry
/// <c>[JsonIgnore(Condition = Never)]</c>. Libraries break on a null where they know only "absent".
/// </remarks>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = false)]
[JsonSerializable(typeof(User))]
[JsonSerializable(typeof(Guild))]
[JsonSerializable(typeof(Role))]
[JsonSerializable(typeof(Channel))]
[JsonSerializable(typeof(ThreadChannel))]
[JsonSerializable(typeof(IReadOnlyList<ThreadChannel>))]
[JsonSerializable(typeof(Member))]
[JsonSerializable(typeof(Message))]
[JsonSerializable(typeof(List<Message>))]
[JsonSerializable(typeof(Attachment))]
[JsonSerializable(typeof(Invite))]
[JsonSerializable(typeof(IReadOnlyList<Channel>))]
[JsonSerializable(typeof(IReadOnlyList<Role>))]
[JsonSerializable(typeof(Presence))]
public sealed partial class ProtocolJson : JsonSerializerContext
{
    /// <summary>The same rules for every other type, by reflection: bodies that are not on the message path.</summary>
    public static new JsonSerializerOptions Options { get; } = CreateOptions();

    /// <summary>Source-generated metadata under <see cref="Options"/>' relaxed escaping.</summary>
    public static JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    private static JsonSerializerOptions CreateOptions()
    {
        var options = new JsonSerializerOptions
        {
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            // The body is never put into HTML; escaping only what JSON demands keeps non-Latin text at its own size.
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(Default, new DefaultJsonTypeInfoResolver()).WithAddedModifier(KeepNulls),
        };
        options.MakeReadOnly();
        return options;
    }

    // A group without a name or an icon says so, and a forum without defaults; channels of other types always have a name, and never the rest.
    private static void KeepNulls(JsonTypeInfo type)
    {
        if (type.Type != typeof(Channel))
            return;
        foreach (var property in type.Properties)
        {
            Func<object, object?, bool>? isKept = property.Name switch
            {
                "name" or "icon" => static (channel, value) => value is not null || channel is Channel { Type: Protocol.ChannelType.GroupDm },
                "default_sort_order" or "default_reaction_emoji" => static (channel, value) => value is not null || ((Channel)channel).Type.IsForum(),
                _ => null,
            };
            if (isKept is not null)
                property.ShouldSerialize = isKept;
        }
    }
}
