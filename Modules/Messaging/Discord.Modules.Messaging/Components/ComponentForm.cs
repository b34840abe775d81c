using System.Text.Json;
using System.Text.Json.Nodes;
using Discord.BuildingBlocks.Api;
using Discord.Modules.Messaging.Messages;
using Discord.Protocol;

namespace Discord.Modules.Messaging.Components;

/// <summary>Reads the components of one message: checks each by its type, leaves out what nobody knows, and fills in what every answer has.</summary>
/// <remarks>Source: Discord docs, Components, "Component Reference"; protocol.md 6.4. Ids and custom_ids are unique in a message; missing ids are the next numbers.</remarks>
internal sealed class ComponentForm
{
    public const int MaxComponents = 40;
    public const int MaxLegacyRows = 5;
    private const int MaxText = 4000;
    private const int ActionRow = 1, Button = 2, StringSelect = 3, UserSelect = 5, RoleSelect = 6, MentionableSelect = 7, ChannelSelect = 8, Section = 9, TextDisplay = 10, Thumbnail = 11, MediaGallery = 12, File = 13,
        Separator = 14, Container = 17;

    private static readonly int[] s_inContainers = [ActionRow, Section, TextDisplay, MediaGallery, File, Separator];
    private static readonly int[] s_inRows = [Button, StringSelect, UserSelect, RoleSelect, MentionableSelect, ChannelSelect];

    private readonly HashSet<string> _customIds = [];
    private readonly HashSet<int> _ids = [];
    private readonly List<JsonObject> _withoutId = [];
    private int _count;
    private int _text;

    private ComponentForm()
    {
    }

    /// <returns>Null when none were sent.</returns>
    public static List<JsonElement>? Read(Form form)
    {
        if (form.Items("components", MaxComponents) is not { } items)
            return null;
        var reader = new ComponentForm();
        var read = items.Select(item => reader.Component(item, [.. s_inContainers, Container])).ToList();
        if (reader._count > MaxComponents)
            form.Fail("components", "BASE_TYPE_MAX_LENGTH", $"Must be {MaxComponents} or fewer in length.");
        if (reader._text > MaxText)
            form.Fail("components", "BASE_TYPE_MAX_LENGTH", $"The text of all components must be {MaxText} or fewer in length.");
        if (form.Error is not null)
            return null;
        var next = 1;
        foreach (var component in reader._withoutId)
        {
            while (!reader._ids.Add(next))
                next++;
            component["id"] = next;
        }

        return [.. read.Select(component => JsonSerializer.SerializeToElement(component, ProtocolJson.Options))];
    }

    /// <summary>Without IS_COMPONENTS_V2 there are rows alone, five at most; with it there is nothing else in the message.</summary>
    public static void CheckVersion(Form form, IReadOnlyList<JsonElement> components, bool isV2)
    {
        if (isV2)
        {
            foreach (var name in (ReadOnlySpan<string>)["content", "embeds", "sticker_ids", "poll"])
            {
                if (form.Has(name) && !form.IsNull(name) && !(form.Json.GetProperty(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() == 0) && form.Json.GetProperty(name).ToString().Length > 0)
                    form.Fail(name, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", $"The '{name}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2");
            }

            return;
        }

        if (components.Count > MaxLegacyRows)
            form.Fail("components", "BASE_TYPE_BAD_LENGTH", $"Must be between 1 and {MaxLegacyRows} in length.");
        for (var i = 0; i < components.Count; i++)
        {
            if (components[i].GetProperty("type").GetInt32() != ActionRow)
                form.Fail($"components.{i}.type", "UNION_TYPE_CHOICES", "Value of field \"type\" must be one of (1,).");
        }
    }

    private JsonObject? Component(Form form, int[] allowed)
    {
        _count++;
        if (form.Json.ValueKind != JsonValueKind.Object || form.Int("type", required: true) is not { } type)
            return null;
        if (!allowed.Contains(type))
        {
            form.Fail("type", "UNION_TYPE_CHOICES", $"Value of field \"type\" must be one of ({string.Join(", ", allowed)}).");
            return null;
        }

        var component = new JsonObject { ["type"] = type };
        if (form.Int("id", 0, nullable: true) is not ({ } id and not 0))
            _withoutId.Add(component);
        else if (_ids.Add(id))
            component["id"] = id;
        else
            form.Fail("id", "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated");
        switch (type)
        {
            case ActionRow:
                ReadRow(form, component);
                break;
            case Button:
                ReadButton(form, component);
                break;
            case StringSelect or UserSelect or RoleSelect or MentionableSelect or ChannelSelect:
                ReadSelect(form, component, type);
                break;
            case Section:
                component["components"] = Children(form, 1, 3, [TextDisplay]);
                component["accessory"] = Required(form, "accessory") is { } accessory ? Component(accessory, [Button, Thumbnail]) : null;
                break;
            case TextDisplay:
                var content = form.String("content", 1, MaxText, required: true);
                _text += content?.Length ?? 0;
                component["content"] = content;
                break;
            case Thumbnail:
                ReadMedia(form, component);
                break;
            case MediaGallery:
                component["items"] = new JsonArray([.. Items(form, "items", 1, 10).Select(item => ReadMedia(item, []))]);
                break;
            case File:
                component["file"] = Media(form, "file");
                component["name"] = null;
                component["size"] = null;
                component["spoiler"] = form.Bool("spoiler") ?? false;
                break;
            case Separator:
                component["spacing"] = form.Choice("spacing", 1, 2) ?? 1;
                component["divider"] = form.Bool("divider") ?? true;
                break;
            default:
                component["accent_color"] = form.Int("accent_color", 0, 0xFFFFFF, nullable: true);
                component["spoiler"] = form.Bool("spoiler") ?? false;
                component["components"] = Children(form, 1, MaxComponents, s_inContainers);
                break;
        }

        return component;
    }

    private void ReadRow(Form form, JsonObject row)
    {
        var children = Children(form, 1, 5, s_inRows);
        if (children.Count > 1 && children.Any(child => (int?)child?["type"] is not (null or Button)))
            form.Fail("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "The specified component exceeds the maximum width");
        row["components"] = children;
    }

    private void ReadButton(Form form, JsonObject button)
    {
        const int Link = 5, Premium = 6;
        var style = form.Choice("style", 1, 2, 3, 4, Link, Premium);
        if (!form.Has("style"))
            form.Fail("style", "BASE_TYPE_REQUIRED", "This field is required");
        button["style"] = style;
        var label = form.String("label", 0, 80, nullable: true);
        Set(button, "label", label);
        Set(button, "emoji", Emoji(form));
        Set(button, "disabled", form.Bool("disabled"));
        if (style is Link)
            button["url"] = Links.Read(form, "url", 512, required: true, file: false);
        else if (style is Premium)
            button["sku_id"] = form.Id("sku_id", required: true)?.ToString();
        else
            button["custom_id"] = CustomId(form);
        if (style is Link && form.Has("custom_id") && !form.IsNull("custom_id"))
            form.Fail("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE", "A custom id and url cannot both be specified");
        if (style is not Premium && button["emoji"] is null && (label == "" || !form.Has("label") || form.IsNull("label")))
            form.Fail("label", "BASE_TYPE_REQUIRED", "This field is required");
    }

    private void ReadSelect(Form form, JsonObject select, int type)
    {
        select["custom_id"] = CustomId(form);
        Set(select, "placeholder", form.String("placeholder", 0, 150, nullable: true));
        var (min, max) = (form.Int("min_values", 0, 25, nullable: true) ?? 1, form.Int("max_values", 1, 25, nullable: true) ?? 1);
        if (min > max)
            form.Fail("min_values", "NUMBER_TYPE_MAX", $"int value should be less than or equal to {max}.");
        select["min_values"] = min;
        select["max_values"] = max;
        Set(select, "disabled", form.Bool("disabled"));
        if (type == StringSelect)
        {
            select["options"] = Options(form);
            return;
        }

        if (type == ChannelSelect && form.List("channel_types") is { } types)
            select["channel_types"] = new JsonArray([.. types.Where(value => value.ValueKind == JsonValueKind.Number).Select(value => JsonValue.Create(value.GetInt32()))]);
        if (form.Items("default_values", 25) is { } defaults)
            select["default_values"] = new JsonArray([.. defaults.Select(value => new JsonObject { ["id"] = value.Id("id", required: true)?.ToString(), ["type"] = value.String("type", required: true) })]);
    }

    private static JsonArray Options(Form form)
    {
        var values = new HashSet<string>();
        var options = new JsonArray();
        foreach (var item in Items(form, "options", 1, 25))
        {
            var option = new JsonObject { ["label"] = item.String("label", 1, 100, required: true), ["value"] = item.String("value", 1, 100, required: true) };
            if ((string?)option["value"] is { } value && !values.Add(value))
                item.Fail("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The specified option value is already used");
            Set(option, "description", item.String("description", 0, 100, nullable: true));
            Set(option, "emoji", Emoji(item));
            Set(option, "default", item.Bool("default"));
            options.Add(option);
        }

        return options;
    }

    private JsonArray Children(Form form, int min, int max, int[] allowed) => new([.. Items(form, "components", min, max).Select(child => Component(child, allowed))]);

    private string? CustomId(Form form)
    {
        var id = form.String("custom_id", 1, 100, required: true);
        if (id is not null && !_customIds.Add(id))
            form.Fail("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
        return id;
    }

    private static JsonObject ReadMedia(Form form, JsonObject into)
    {
        into["media"] = Media(form, "media");
        into["description"] = form.String("description", 0, 1024, nullable: true);
        into["spoiler"] = form.Bool("spoiler") ?? false;
        return into;
    }

    private static JsonObject? Media(Form form, string name) =>
        Required(form, name) is { } media && Links.Read(media, "url", required: true) is { } url ? new JsonObject { ["id"] = "0", ["url"] = url, ["proxy_url"] = url } : null;

    private static JsonObject? Emoji(Form form)
    {
        if (form.Object("emoji") is not { Json.ValueKind: JsonValueKind.Object } emoji)
            return null;
        var json = new JsonObject();
        Set(json, "id", emoji.Id("id", nullable: true)?.ToString());
        json["name"] = emoji.String("name", 0, 100, nullable: true) ?? "";
        Set(json, "animated", emoji.Bool("animated"));
        return json;
    }

    private static IReadOnlyList<Form> Items(Form form, string name, int min, int max)
    {
        var items = form.Items(name, max) ?? [];
        if (!form.Has(name) || form.IsNull(name))
            form.Fail(name, "BASE_TYPE_REQUIRED", "This field is required");
        else if (items.Count < min && form.Json.GetProperty(name) is { ValueKind: JsonValueKind.Array } list && list.GetArrayLength() < min)
            form.Fail(name, "BASE_TYPE_BAD_LENGTH", $"Must be between {min} and {max} in length.");
        return items;
    }

    private static Form? Required(Form form, string name)
    {
        if (form.Has(name) && !form.IsNull(name))
            return form.Object(name) is { Json.ValueKind: JsonValueKind.Object } found ? found : null;
        form.Fail(name, "BASE_TYPE_REQUIRED", "This field is required");
        return null;
    }

    // Optional fields are left out where they are absent: a null would be taken for a value.
    private static void Set(JsonObject json, string name, JsonNode? value)
    {
        if (value is not null)
            json[name] = value;
    }
}
