// A small set that says most of what people say with them; any other can be typed or pasted. Groups by line: a title, then name and emoji in turn.
const table = `
Faces|grinning 😀 smiley 😃 smile 😄 grin 😁 laughing 😆 sweat_smile 😅 rofl 🤣 joy 😂 slight_smile 🙂 upside_down 🙃 wink 😉 blush 😊 innocent 😇 hearts_face 🥰 heart_eyes 😍 star_struck 🤩 kissing_heart 😘 yum 😋 tongue 😛 zany 🤪 money_mouth 🤑 hug 🤗 hand_over_mouth 🤭 shush 🤫 thinking 🤔 salute 🫡 zipper_mouth 🤐 raised_eyebrow 🤨 neutral 😐 expressionless 😑 no_mouth 😶 smirk 😏 unamused 😒 rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 drooling 🤤 sleeping 😴 mask 😷 sick 🤒 nauseated 🤢 sneezing 🤧 hot 🥵 cold 🥶 woozy 🥴 dizzy_face 😵 exploding_head 🤯 cowboy 🤠 party_face 🥳 sunglasses 😎 nerd 🤓 monocle 🧐 confused 😕 worried 😟 frowning 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading 🥺 fearful 😨 cold_sweat 😰 cry 😢 sob 😭 scream 😱 disappointed 😞 weary 😩 tired 😫 yawn 🥱 triumph 😤 rage 😡 angry 😠 cursing 🤬 devil 😈 skull 💀 poop 💩 clown 🤡 ghost 👻 alien 👽 robot 🤖
People|thumbsup 👍 thumbsdown 👎 ok_hand 👌 pinched 🤌 peace ✌️ crossed_fingers 🤞 love_you 🤟 metal 🤘 call_me 🤙 point_left 👈 point_right 👉 point_up 👆 point_down 👇 raised_hand ✋ wave 👋 fist ✊ punch 👊 clap 👏 raised_hands 🙌 heart_hands 🫶 open_hands 👐 handshake 🤝 pray 🙏 writing ✍️ muscle 💪 brain 🧠 eyes 👀 eye 👁️ lips 👄 baby 👶 facepalm 🤦 shrug 🤷 bow 🙇 no_good 🙅 raising_hand 🙋 running 🏃 dancer 💃 family 👪
Nature|dog 🐶 cat 🐱 mouse 🐭 rabbit 🐰 fox 🦊 bear 🐻 panda 🐼 koala 🐨 tiger 🐯 lion 🦁 cow 🐮 pig 🐷 frog 🐸 monkey 🐵 see_no_evil 🙈 chicken 🐔 penguin 🐧 bird 🐦 duck 🦆 owl 🦉 wolf 🐺 horse 🐴 unicorn 🦄 bee 🐝 bug 🐛 butterfly 🦋 snail 🐌 turtle 🐢 snake 🐍 octopus 🐙 crab 🦀 fish 🐟 whale 🐳 dragon 🐉 cactus 🌵 evergreen 🌲 seedling 🌱 herb 🌿 clover 🍀 leaves 🍃 maple 🍁 mushroom 🍄 tulip 🌷 rose 🌹 sunflower 🌻 sun ☀️ moon 🌙 star ⭐ cloud ☁️ rain 🌧️ rainbow 🌈 snowflake ❄️ fire 🔥 droplet 💧 ocean 🌊 zap ⚡
Food|apple 🍎 pear 🍐 lemon 🍋 banana 🍌 watermelon 🍉 grapes 🍇 strawberry 🍓 cherries 🍒 peach 🍑 pineapple 🍍 tomato 🍅 avocado 🥑 eggplant 🍆 carrot 🥕 corn 🌽 bread 🍞 cheese 🧀 egg 🥚 bacon 🥓 burger 🍔 fries 🍟 pizza 🍕 hotdog 🌭 taco 🌮 sushi 🍣 ramen 🍜 cookie 🍪 cake 🍰 birthday 🎂 chocolate 🍫 popcorn 🍿 icecream 🍨 coffee ☕ tea 🍵 beer 🍺 beers 🍻 wine 🍷 cocktail 🍸 champagne 🍾
Things|tada 🎉 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 soccer ⚽ basketball 🏀 game 🎮 dice 🎲 puzzle 🧩 art 🎨 guitar 🎸 music 🎵 headphones 🎧 microphone 🎤 movie 🎬 camera 📷 tv 📺 computer 💻 keyboard ⌨️ phone 📱 battery 🔋 bulb 💡 book 📖 books 📚 pencil ✏️ memo 📝 calendar 📅 chart 📈 pushpin 📌 paperclip 📎 scissors ✂️ lock 🔒 key 🔑 hammer 🔨 wrench 🔧 gear ⚙️ link 🔗 magnet 🧲 microscope 🔬 telescope 🔭 pill 💊 broom 🧹 car 🚗 bike 🚲 train 🚆 airplane ✈️ rocket 🚀 anchor ⚓ house 🏠 tent ⛺ earth 🌍 clock ⏰ hourglass ⏳ money 💰 crown 👑 gem 💎 bell 🔔 package 📦 mailbox 📫 bookmark 🔖
Signs|heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 white_heart 🤍 broken_heart 💔 sparkling_heart 💖 hundred 💯 anger 💢 boom 💥 sparkles ✨ sweat_drops 💦 dash 💨 zzz 💤 speech 💬 thought 💭 check ✅ cross ❌ question ❓ exclamation ❗ warning ⚠️ no_entry ⛔ stop 🛑 recycle ♻️ plus ➕ minus ➖ arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ red_circle 🔴 orange_circle 🟠 yellow_circle 🟡 green_circle 🟢 blue_circle 🔵 purple_circle 🟣 white_flag 🏳️ rainbow_flag 🏳️‍🌈 checkered_flag 🏁`;

export interface EmojiGroup {
  title: string;
  emojis: { name: string; characters: string }[];
}

export const emojiGroups: readonly EmojiGroup[] = table
  .trim()
  .split('\n')
  .map((line) => {
    const [title = '', list = ''] = line.split('|');
    const words = list.split(' ');
    return { title, emojis: Array.from({ length: words.length / 2 }, (_, index) => ({ name: words[index * 2] ?? '', characters: words[index * 2 + 1] ?? '' })) };
  });

const byName = new Map(emojiGroups.flatMap(({ emojis }) => emojis.map(({ name, characters }) => [name, characters] as const)));
const byCharacters = new Map([...byName].map(([name, characters]) => [characters, name]));

export const charactersOf = (name: string) => byName.get(name);

/** What an emoji is called, for those who do not see it. */
export const nameOf = (characters: string | null) => byCharacters.get(characters ?? '')?.replaceAll('_', ' ') ?? characters ?? '';

/** Those with a name that has `text` in it, those that begin with it first. */
export function findEmojis(text: string, most: number): { name: string; characters: string }[] {
  const wanted = text.toLowerCase();
  const found = [...byName].filter(([name]) => name.includes(wanted)).map(([name, characters]) => ({ name, characters }));
  return found.sort((a, b) => Number(b.name.startsWith(wanted)) - Number(a.name.startsWith(wanted))).slice(0, most);
}
