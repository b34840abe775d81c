using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using Discord.Protocol;

namespace Discord.Modules.Guilds.Home;

/// <summary>
/// Something that a guild keeps besides roles and channels: an emoji, a scheduled event, a rule. A sealed record that is stored as JSON, held in
/// the guild's state, and found by its type. One that a guild has once (the welcome screen) has the guild's id.
/// </summary>
/// <remarks>Each type says with <see cref="GuildObjectAttribute"/> under which name it is stored.</remarks>
internal interface IGuildObject
{
    Snowflake Id { get; }

    /// <summary>Its form in that list; null: it is not shown there now.</summary>
    [JsonIgnore] object? Wire => this;

    /// <summary>The channel whose viewers alone may know of it; null: everybody in the guild.</summary>
    [JsonIgnore] Snowflake? VisibleIn => null;
}

/// <param name="kind">The stored name of the kind; never change it.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class GuildObjectAttribute(string kind) : Attribute
{
    public string Kind => kind;

    /// <summary>The list that shows it, in GUILD_CREATE and the guild object ("emojis") or in the audit log ("auto_moderation_rules"), or null: in none.</summary>
    public string? ListedAs { get; init; }
}

/// <summary>All such objects of a guild at one moment. Immutable.</summary>
internal sealed class GuildObjects
{
    public static readonly GuildObjects None = new(ImmutableDictionary<Type, ImmutableSortedDictionary<Snowflake, IGuildObject>>.Empty);

    private static readonly FrozenDictionary<string, Type> s_kinds = typeof(IGuildObject).Assembly.GetTypes()
        .Where(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(typeof(IGuildObject)))
        .ToFrozenDictionary(KindOf);

    private static readonly FrozenDictionary<string, Type[]> s_lists = s_kinds.Values
        .Where(type => Mark(type).ListedAs is not null)
        .GroupBy(type => Mark(type).ListedAs!)
        .ToFrozenDictionary(group => group.Key, group => group.ToArray());

    private readonly ImmutableDictionary<Type, ImmutableSortedDictionary<Snowflake, IGuildObject>> _byType;

    private GuildObjects(ImmutableDictionary<Type, ImmutableSortedDictionary<Snowflake, IGuildObject>> byType) => _byType = byType;

    /// <summary>The stored name of a kind.</summary>
    public static string KindOf(Type type) => Mark(type).Kind;

    /// <summary>By id, which is the order in which they were made.</summary>
    public IEnumerable<T> All<T>() where T : class, IGuildObject => _byType.TryGetValue(typeof(T), out var objects) ? objects.Values.Cast<T>() : [];

    public T? Find<T>(Snowflake id) where T : class, IGuildObject => _byType.TryGetValue(typeof(T), out var objects) ? (T?)objects.GetValueOrDefault(id) : null;

    public int Count<T>() where T : class, IGuildObject => _byType.TryGetValue(typeof(T), out var objects) ? objects.Count : 0;

    public GuildObjects With(IGuildObject value) => new(_byType.SetItem(value.GetType(), Of(value.GetType()).SetItem(value.Id, value)));

    public GuildObjects Without<T>(Snowflake id) where T : class, IGuildObject => new(_byType.SetItem(typeof(T), Of(typeof(T)).Remove(id)));

    /// <summary>The wire forms of one of the guild's lists: "emojis".</summary>
    /// <param name="sees">Whether the viewer sees a channel; null: the viewer knows of all.</param>
    /// <param name="only">The ids to show; null: all.</param>
    public IReadOnlyList<object> Listed(string list, Func<Snowflake, bool>? sees = null, IReadOnlySet<Snowflake>? only = null) => !s_lists.TryGetValue(list, out var types) ? [] :
        [.. types.SelectMany(type => Of(type).Values)
            .Where(value => (sees is null || value.VisibleIn is not { } channel || sees(channel)) && only?.Contains(value.Id) != false)
            .Select(value => value.Wire).OfType<object>()];

    /// <summary>The object of a stored row; null for a kind that this version does not know.</summary>
    public static IGuildObject? Parse(string kind, string json) =>
        s_kinds.TryGetValue(kind, out var type) ? (IGuildObject)JsonSerializer.Deserialize(json, type, ProtocolJson.Options)! : null;

    private ImmutableSortedDictionary<Snowflake, IGuildObject> Of(Type type) => _byType.GetValueOrDefault(type, ImmutableSortedDictionary<Snowflake, IGuildObject>.Empty);

    private static GuildObjectAttribute Mark(Type type) =>
        type.GetCustomAttribute<GuildObjectAttribute>() ?? throw new InvalidOperationException($"{type.Name} lacks [GuildObject(kind)].");
}
