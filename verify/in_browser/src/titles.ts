// The twenty checks as people read them.

export const TITLES: Readonly<Record<string, { readonly zh: string; readonly en: string }>> = {
  V01: { zh: "文件能读完整，大小不超过规定", en: "The file can be read whole and is within its limits" },
  V02: { zh: "每一行写法唯一，内容齐全", en: "Every line has its one spelling and all its fields" },
  V03: { zh: "账本由可信的密钥签名", en: "The ledger is signed by a key that can be trusted" },
  V04: { zh: "签名包括每一行，一行不多、一行不少", en: "The signature covers every line, no more and no less" },
  V05: { zh: "与纸上、屏幕上、手机里留下的凭据一致", en: "Slips, screen and receipts speak of this ledger" },
  V06: { zh: "各项记录的先后次序符合会议程序", en: "The entries follow the order of a meeting" },
  V07: { zh: "会前公布的密钥和凭条名单没有更换", en: "Keys and slips are those announced before the meeting" },
  V08: { zh: "选票内容与议程一致", en: "Every paper is what the agenda says" },
  V09: { zh: "凭条数目相符，每张凭条只用一次", en: "Slips are in number, and each was used once" },
  V10: { zh: "每张选票都有投票资格和有效签名", en: "Every ballot was entitled and is signed" },
  V11: { zh: "没有重复的选票，排列不透露投票先后", en: "No ballot twice, and the order tells nothing" },
  V12: { zh: "票数不超过发出票数和到会人数", en: "No more ballots than were issued or people present" },
  V13: { zh: "投票截止后才开箱，开箱份额真实", en: "Boxes were opened after the close, by true shares" },
  V14: { zh: "开箱后的选票全部解开，解不开的计为无效", en: "Every ballot was opened or counted invalid" },
  V15: { zh: "投票开始时，人数和规定步骤均已具备", en: "Attendance and steps were as required at every poll" },
  V16: { zh: "重新计票，与记录的结果一致", en: "A recount gives the recorded results" },
  V17: { zh: "再次投票、决定和提名符合规定", en: "Decisions and nominations follow the rules" },
  V18: { zh: "得分重新计算，与记录一致", en: "Scores computed again are those recorded" },
  V19: { zh: "宣布的结果、对象和次序符合规定", en: "Results were announced as they might be" },
  V20: { zh: "与上一次会议的账本相衔接", en: "The ledger continues the one before it" },
};
